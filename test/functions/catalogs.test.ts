import t from "tap";
import { Catalogs, makeCatalog } from "../../src/functions/catalogs.ts";
import { functionTable } from "../../src/store/functions.ts";
import { draft, makeStore } from "../store/make.ts";

const by = { createdBy: "key_a", pending: false };

/** A namespace with three functions, and its catalogs. */
function makeCatalogs(t: Parameters<typeof makeStore>[0]) {
	const made = makeStore(t);
	const table = functionTable(made.store);
	for (const name of ["orders.get", "orders.list", "billing.charge"]) table.add(made.ns, draft(name), by);
	return { ...made, table, catalogs: new Catalogs(table) };
}
const names = ({ functions }: { functions: readonly { service: string; name: string }[] }) =>
	functions.map(({ service, name }) => `${service}.${name}`);

t.test("a catalog is everything of its namespace", async (t) => {
	const { catalogs, namespaces, ns } = makeCatalogs(t);
	const catalog = catalogs.get(ns);
	t.same(names(catalog), ["billing.charge", "orders.get", "orders.list"]);
	t.same(catalog.services, ["billing", "orders"]);
	t.equal(catalog.find("orders.get")?.name, "get");
	t.equal(catalogs.get(ns), catalog, "the same snapshot until something changes");
	t.same(names(catalogs.get(namespaces.create("other").id)), []);
});

t.test("a key with services sees only those, and can't find the rest", async (t) => {
	const { catalogs, ns } = makeCatalogs(t);
	const catalog = catalogs.get(ns, ["billing", "unknown"]);
	t.same(names(catalog), ["billing.charge"]);
	t.equal(catalog.find("orders.get"), null);
	t.notMatch(catalog.missing("orders.get").toBody().error.hint, "orders", "not even in a hint");
	t.same(names(catalogs.get(ns, [])), [], "no service is not every service");
	t.same(names(catalogs.get(ns)), ["billing.charge", "orders.get", "orders.list"]);
});

t.test("a snapshot stays as it was, the next one has what changed", async (t) => {
	const { catalogs, table, ns, namespaces } = makeCatalogs(t);
	const other = namespaces.create("other").id;
	const [before, some, foreign] = [catalogs.get(ns), catalogs.get(ns, ["orders"]), catalogs.get(other)];
	table.add(ns, draft("orders.refund"), by);
	t.equal(catalogs.get(ns), before, "nobody has said that something changed");
	catalogs.invalidate(ns);
	t.ok(catalogs.get(ns).find("orders.refund"));
	t.ok(catalogs.get(ns, ["orders"]).find("orders.refund"), "for every key of the namespace");
	t.equal(before.find("orders.refund"), null);
	t.equal(some.find("orders.refund"), null);
	t.equal(catalogs.get(other), foreign, "other namespaces are left alone");
});

t.test("a namespace whose number begins like another's keeps its snapshot", async (t) => {
	const { catalogs, namespaces, ns } = makeCatalogs(t);
	const ids = Array.from({ length: 12 }, (_, index) => namespaces.create(`n${index}`).id);
	const twelfth = ids.find((id) => String(id).startsWith(String(ns)) && id !== ns) as number;
	const kept = catalogs.get(twelfth);
	catalogs.invalidate(ns);
	t.equal(catalogs.get(twelfth), kept);
});

t.test("names are found as they are written, and what is near is hinted at", async (t) => {
	const { catalogs, ns } = makeCatalogs(t);
	const catalog = catalogs.get(ns);
	for (const name of [
		"",
		"orders",
		"orders.Get",
		"orders.get.x",
		" orders.get",
		"__proto__",
		"constructor",
		"toString",
	])
		t.equal(catalog.find(name), null, name);
	t.match(catalog.missing("orders.gett").toBody().error, {
		code: "function_not_found",
		message: 'There is no function "orders.gett".',
		hint: /orders\.get/,
	});
	t.match(catalog.missing("x\n\u001b[31m").message, '"x\\n\\u001b[31m"');
	t.ok(catalog.missing("x".repeat(10_000)).message.length < 200);
	t.match(makeCatalog([]).missing("a.b").toBody().error.hint, "functions.list()");
});
