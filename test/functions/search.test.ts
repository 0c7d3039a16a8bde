import t from "tap";
import { search } from "../../src/functions/search.ts";
import type { HostedFunction } from "../../src/functions/types.ts";
import { cpuMs, make, ordinaryCatalog } from "./make.ts";

const functions = [
	make("orders.get_orders", { description: "List customer orders, newest first." }),
	make("orders.refundOrder", { description: "Pay an order back.", tags: ["money"] }),
	make("billing.get_invoice", {
		description: "One invoice.",
		input_schema: { type: "object", properties: { invoice_id: { type: "string" }, currency: {} } },
	}),
	make("crm.find_contact", { description: "Looks a contact up by mail or order." }),
	make("reports.总结", { description: "查询客户订单的总结" }),
];
const names = (query: string, limit?: number) => search(functions, query, limit).map((found) => found.name);

t.test("a result has name, signature and summary", (t) => {
	t.same(search(functions, "list orders", 1), [
		{
			name: "orders.get_orders",
			signature: "orders.get_orders() -> Any",
			summary: "List customer orders, newest first.",
		},
	]);
	t.match(search(functions, "list orders", 1, "typescript")[0]?.signature, "Promise<unknown>");
	t.end();
});

t.test("words are found in names, tags, descriptions and parameters, whatever their form", (t) => {
	t.equal(names("refund")[0], "orders.refundOrder");
	t.equal(names("INVOICES")[0], "billing.get_invoice");
	t.equal(names("money")[0], "orders.refundOrder");
	t.equal(names("currencies")[0], "billing.get_invoice");
	t.equal(names("cont")[0], "crm.find_contact");
	t.equal(names("订单")[0], "reports.总结");
	t.equal(names("billing get_invoice")[0], "billing.get_invoice");
	t.end();
});

t.test("a name counts more than a description, and the exact name most", (t) => {
	t.same(names("order").at(-1), "crm.find_contact");
	for (const query of ["crm.find_contact", "crm__find_contact", "find_contact"])
		t.equal(names(query)[0], "crm.find_contact");
	t.end();
});

t.test("an empty query lists by name, and nothing is found for a foreign word", (t) => {
	t.same(names("", 2), ["billing.get_invoice", "crm.find_contact"]);
	t.same(names("  "), names(""));
	t.same(names("zeppelin"), []);
	t.same(names("?!"), []);
	t.end();
});

t.test("the order does not depend on the order of the list", (t) => {
	const turned = [...functions].reverse();
	for (const query of ["order", "get", "list orders", ""])
		t.same(search(turned, query), search(functions, query));
	t.end();
});

t.test("limits are kept, and a query above 1,000 characters is refused", (t) => {
	const many = ordinaryCatalog(200);
	t.equal(search(many, "", 500).length, 50);
	t.equal(search(many, "", -1).length, 1);
	t.equal(search(many, "", Number.NaN).length, 1);
	t.throws(() => search(many, "x".repeat(1_001)), { code: "invalid_field" });
	t.end();
});

t.test("names of Object.prototype and hostile texts are words like any other", (t) => {
	const odd: HostedFunction[] = [
		make("constructor.toString", { description: "\u0000".repeat(100_000), tags: ["__proto__"] }),
	];
	t.equal(search(odd, "constructor")[0]?.name, "constructor.toString");
	t.equal(search(odd, "__proto__").length, 1);
	t.same(search(functions, "(q+)+$ [".repeat(100)), []);
	t.end();
});

t.test("ten thousand functions are searched in some milliseconds", (t) => {
	const many = ordinaryCatalog(10_000);
	search(many, "warm up");
	for (const query of ["customer orders", "get", "ge cu or li pa re fi em ac us ti is up de ad", ""]) {
		search(many, query);
		const start = cpuMs();
		search(many, query);
		t.ok(cpuMs() - start < 400, `${query}: ${cpuMs() - start} ms`);
	}
	t.end();
});
