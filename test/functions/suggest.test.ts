import t from "tap";
import { didYouMean, suggestion } from "../../src/functions/suggest.ts";
import { cpuMs } from "./make.ts";

const names = ["orders.get_order", "orders.get_orders", "billing.get_invoice", "crm.find"];

t.test("a typing mistake finds the name, closest first", (t) => {
	t.same(didYouMean("orders.get_ordesr", names), ["orders.get_order", "orders.get_orders"]);
	t.same(didYouMean("Billing.get_invoice", names), ["billing.get_invoice"]);
	t.end();
});

t.test("a missing service and a foreign separator are understood", (t) => {
	t.same(didYouMean("find", names), ["crm.find"]);
	t.equal(didYouMean("orders__get_orders", names)[0], "orders.get_orders");
	t.end();
});

t.test("nothing is suggested for something else, and at most three names", (t) => {
	t.same(didYouMean("weather.today", names), []);
	t.equal(suggestion("weather.today", names), "");
	t.equal(didYouMean("a.bb", ["a.b1", "a.b2", "a.b3", "a.b4"]).length, 3);
	t.end();
});

t.test("ten thousand names and a name of a megabyte take no time", (t) => {
	const many = Array.from({ length: 10_000 }, (_, i) => `service.get_customer_orders_${i}`);
	const start = cpuMs();
	didYouMean("service.get_customer_ordres_77", many);
	didYouMean("x".repeat(1_000_000), many);
	t.ok(cpuMs() - start < 2_000);
	t.end();
});
