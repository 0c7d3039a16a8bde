import t from "tap";
import { apiPath, choice, count, namespaceOf } from "../../src/cli/options.ts";
import { findTarget } from "../../src/cli/target.ts";

t.test("without an address the socket of the data folder is meant", async (t) => {
	t.same(findTarget({}, { BRIG_DATA: "/d" }), { socket: "/d/brig.sock", data: "/d" });
	t.same(findTarget({ data: "/flag" }, { BRIG_DATA: "/d" }), { socket: "/flag/brig.sock", data: "/flag" });
	t.same(findTarget({}, { BRIG_DATA: "/d", BRIG_URL: "", BRIG_KEY: "brig_x" }), {
		socket: "/d/brig.sock",
		data: "/d",
	});
});

t.test("an address comes from the flag before the environment", async (t) => {
	const env = { BRIG_URL: "https://env.example/", BRIG_KEY: "brig_env" };
	t.same(findTarget({}, env), { url: "https://env.example", key: "brig_env" });
	t.same(findTarget({ url: "http://flag:1/brig/", key: "brig_flag" }, env), {
		url: "http://flag:1/brig",
		key: "brig_flag",
	});
	t.same(findTarget({ url: "http://flag:1" }, {}), { url: "http://flag:1", key: null });
	t.same(findTarget({ data: "/d" }, env), { socket: "/d/brig.sock", data: "/d" });
});

t.test("what names no server, or two, is refused", async (t) => {
	t.throws(() => findTarget({ url: "localhost:8484" }, {}), /is not one/);
	t.throws(() => findTarget({ url: "ftp://x" }, {}), /is not one/);
	t.throws(() => findTarget({ url: "http://me:secret@x" }, {}), /more than an address/);
	t.throws(() => findTarget({ url: "http://x", data: "/d" }, {}), /two servers/);
	t.throws(() => findTarget({ key: "brig_x" }, {}), /needs --url/);
	t.throws(() => findTarget({ url: "http://x", key: "a\nb" }, {}), /characters that no key has/);
});

t.test("the parts of an address are names, never paths", async (t) => {
	t.equal(apiPath("namespaces", "a/../b", "functions"), "/v1/namespaces/a%2F..%2Fb/functions");
	t.throws(() => apiPath("namespaces", ".."), /is not a name/);
	t.throws(() => apiPath("keys", ""), /is not a name/);
});

t.test("the namespace comes from the flag, the environment, or is default", async (t) => {
	t.equal(namespaceOf("a", { BRIG_NAMESPACE: "b" }), "a");
	t.equal(namespaceOf(undefined, { BRIG_NAMESPACE: "b" }), "b");
	t.equal(namespaceOf(undefined, {}), "default");
});

t.test("numbers and choices that are none are refused", async (t) => {
	t.equal(count("12", "--limit"), 12);
	t.equal(count(undefined, "--limit"), undefined);
	for (const text of ["0", "-1", "1.5", "1e3", "", "x"])
		t.throws(() => count(text, "--limit"), /whole number/);
	t.equal(choice("python", ["python", "typescript"], "--language"), "python");
	t.throws(() => choice("perl", ["python", "typescript"], "--language"), /takes python or typescript/);
});
