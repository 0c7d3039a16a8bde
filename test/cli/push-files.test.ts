import { join } from "node:path";
import t from "tap";
import { findFiles, nameOf } from "../../src/cli/push-files.ts";
import { writeFiles } from "./brig.ts";

t.test("a file tells its function by a dot or by its folder", async (t) => {
	const orders = { name: "orders.get_orders", language: "python" };
	t.same(nameOf("orders.get_orders.py"), orders);
	t.same(nameOf("orders/get_orders.py"), orders);
	t.same(nameOf("/srv/functions/orders/get_orders.py"), orders);
	t.same(nameOf("any/orders.get_orders.py"), orders);
	t.same(nameOf("orders/get_orders.ts"), { ...orders, language: "typescript" });
	t.same(nameOf("orders/get_orders.mts"), { ...orders, language: "typescript" });
});

t.test("a file that tells no function is refused with a reason", async (t) => {
	t.throws(() => nameOf("get_orders.py"), /does not tell the service/);
	t.throws(() => nameOf("./get_orders.py"), /does not tell the service/);
	t.throws(() => nameOf("../get_orders.py"), /does not tell the service/);
	t.throws(() => nameOf("orders.v2.get.py"), /more than one dot/);
	t.throws(() => nameOf("orders/get_orders.js"), /neither in .py nor in .ts/);
	t.throws(() => nameOf("orders/types.d.ts"), /neither in .py nor in .ts/);
	t.throws(() => nameOf("orders/.py"), /neither in .py nor in .ts/);
});

t.test("a folder stands for the sources below it, in the order of their names", async (t) => {
	const folder = t.testdir();
	writeFiles(folder, {
		"orders/get_orders.py": "",
		"orders/__init__.py": "",
		"orders/types.d.ts": "",
		"orders/notes.md": "",
		"billing.refund.ts": "",
		"node_modules/x/y.ts": "",
		".git/hooks/z.py": "",
		"_drafts/a/b.py": "",
	});
	const found = findFiles([folder]).map(({ file, name, problem }) => [file, name, problem]);
	t.same(found, [
		[join(folder, "billing.refund.ts"), "billing.refund", undefined],
		[join(folder, "orders/get_orders.py"), "orders.get_orders", undefined],
	]);
});

t.test("a folder may itself be the service", async (t) => {
	const folder = t.testdir({ orders: { "get_orders.py": "" } });
	t.equal(findFiles([join(folder, "orders/")])[0]?.name, "orders.get_orders");
});

t.test("an empty folder and a second file for one name are problems of their own", async (t) => {
	const folder = t.testdir({
		empty: {},
		a: { "orders.get.py": "" },
		b: { orders: { "GET.ts": "" } },
	});
	t.match(findFiles([join(folder, "empty")])[0]?.problem, /holds no .py or .ts file/);
	const [first, second] = findFiles([join(folder, "a"), join(folder, "b")]);
	t.equal(first?.problem, undefined);
	t.match(second?.problem, /are both orders\.GET/);
});

t.test("--name is for one file, and --language comes before the ending", async (t) => {
	t.throws(() => findFiles(["a.py", "b.py"], "orders.get"), /--name is for one file/);
	t.throws(() => findFiles([t.testdir({})], "orders.get"), /is a folder/);
	t.throws(() => findFiles(["-"]), /needs --name/);
	t.same(findFiles(["-"], "orders.get"), [{ file: "-", name: "orders.get", language: undefined }]);
	t.equal(findFiles(["x.py"], "orders.get")[0]?.language, "python");
	t.equal(findFiles(["orders/get.py"], undefined, "typescript")[0]?.language, "typescript");
});
