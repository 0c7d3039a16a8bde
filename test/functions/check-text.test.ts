import t from "tap";
import { checkText } from "../../src/functions/check-text.ts";
import { JSON_DEPTH } from "../../src/limits.ts";

const schema = {
	type: "object",
	properties: { status: { type: "string" }, limit: { type: "integer", minimum: 1 } },
	required: ["status"],
	additionalProperties: false,
};
const input = (text: string, of: Parameters<typeof checkText>[0] = schema) => checkText(of, text, true);

t.test("an input that fits has no fault", async (t) => {
	for (const text of ['{"status":"open"}', ' {"status":"", "limit": 5}\n', '{"status":"a","limit":1e2}'])
		t.same(input(text), [], text);
	t.same(input("{}", true), []);
	t.same(input('{"anything":[1]}', {}), []);
});

t.test("each fault has its path as a JSON pointer", async (t) => {
	t.match(input('{"status":1,"limit":0}'), [{ path: "/status" }, { path: "/limit" }]);
	t.match(input("{}"), [{ path: "/status", message: "is missing" }]);
	t.match(input('{"status":"a","more":1}'), [{ path: "/more" }]);
	const deep = { type: "object", properties: { "a/b": { type: "array", items: { type: "integer" } } } };
	t.match(input('{"a/b":[1,"x"]}', deep), [{ path: "/a~1b/1" }]);
});

t.test("an input is an object whatever the schema says, a result may be anything", async (t) => {
	for (const text of ["null", "[]", '"a"', "1"]) {
		t.same(input(text, true), [{ path: "", message: "must be an object" }]);
		t.same(checkText(true, text, false), []);
	}
	t.match(checkText({ type: "array" }, "1", false), [{ path: "" }]);
});

t.test("text that is not JSON is refused, and so is what nests too deep", async (t) => {
	for (const text of ["", "{", "{'a':1}", '{"a":NaN}', '{"a":1}}']) {
		t.throws(() => input(text), { code: "invalid_json" }, text);
	}
	const nested = (depth: number) => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
	t.same(input(nested(JSON_DEPTH - 1), {}), []);
	t.same(input(nested(JSON_DEPTH), {}), [{ path: "", message: `nests deeper than ${JSON_DEPTH} levels` }]);
	t.equal(input("[".repeat(1_000_000)).length, 1);
});

t.test("keys that JavaScript knows are keys like any other", async (t) => {
	const closed = { type: "object", properties: { a: {} }, additionalProperties: false };
	for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty"])
		t.match(input(`{"${key}":1}`, closed), [{ path: `/${key}` }], key);
	t.match(input("{}", { type: "object", required: ["constructor"] }), [{ path: "/constructor" }]);
	t.equal(({} as Record<string, unknown>).a, undefined);
});

t.test(
	"a number that no language can hold is a fault with its path, and text that is not UTF-8 is no JSON",
	async (t) => {
		const any = { type: "object" };
		t.same(input('{"a":[1,{"b/c":1e400}]}', any), [
			{ path: "/a/1/b~1c", message: "is a number beyond 1.8e308" },
		]);
		t.same(input(`{"a":"${"9".repeat(400)}","b":1e300}`, any), []);
		for (const bytes of [
			[0x22, 0xff, 0x22],
			[0xef, 0xbb, 0xbf, 0x7b, 0x7d],
		])
			t.throws(() => checkText(any, new Uint8Array(bytes), true), { code: "invalid_json" });
	},
);
