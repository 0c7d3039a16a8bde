import t from "tap";
import { startCaller } from "../calls/support.ts";

const caller = await startCaller(t);
const DIGITS = "12345678901234567890123";
await caller.put(
	"big.py",
	"def py(value=None):\n    return {'type': type(value).__name__, 'value': value}\n",
	{
		input_schema: { type: "object", properties: { value: {} } },
	},
);
await caller.put(
	"big.ts",
	"export const ts = ({ value }: { value?: any }) => ({ type: typeof value, value });",
	{
		input_schema: { type: "object", properties: { value: {} } },
	},
);
await caller.put(
	"big.relay",
	"import { big } from 'functions';\nexport const relay = ({ value }: { value?: any }) => big.py({ value });",
	{
		input_schema: { type: "object", properties: { value: {} } },
	},
);
const warning = (of: string) => new RegExp(`${of}.*beyond 2\\^53 and was given as a string`);

t.test(
	"an integer beyond 2^53 survives Python to Python, and REST, to the digit and without a warning",
	async (t) => {
		const { text, json } = await caller.call("POST", "execute", {
			body: { language: "python", code: `from functions import big\nresult = big.py(value=${DIGITS})` },
		});
		t.match(text, `"result":{"type": "int", "value": ${DIGITS}}`.replaceAll(": ", ":").replaceAll(", ", ","));
		t.same(json.warnings, []);
		const body = `{"value":${DIGITS}}`;
		const headers = { "content-type": "application/json" };
		const called = await caller.call("POST", "functions/big.py/call", { body, headers });
		t.ok(called.text.includes(`"value":${DIGITS}`), called.text);
	},
);

t.test("a TypeScript function that gets one gets a string, and the execution's answer warns", async (t) => {
	const { result, warnings } = await caller.run(
		"python",
		`from functions import big\nresult = big.ts(value={"a": [${DIGITS}]})`,
	);
	t.same(result, { type: "object", value: { a: [DIGITS] } });
	t.equal(warnings.length, 1);
	t.match(warnings[0], warning("big\\.ts: input: integer at value\\.a\\[0\\]"));
	const body = `{"value":${DIGITS}}`;
	const called = await caller.call("POST", "functions/big.ts/call", {
		body,
		headers: { "content-type": "application/json" },
	});
	t.same(called.json.result, { type: "string", value: DIGITS });
	t.match(called.json.warnings, [warning("big\\.ts: input: integer at value")]);
});

t.test("a TypeScript program that gets one from a function gets a string and a warning", async (t) => {
	const { result, warnings } = await caller.run(
		"typescript",
		`import { big } from "functions";\nreturn await big.py({ value: ${DIGITS}n });`,
	);
	t.same(result, { type: "int", value: DIGITS });
	t.match(warnings, [warning("big\\.py: integer at value")]);
});

t.test("a function in the middle that changes one is in the warnings, too", async (t) => {
	const { result, warnings } = await caller.run(
		"python",
		`from functions import big\nresult = big.relay(value=${DIGITS})`,
	);
	t.same(result, { type: "str", value: DIGITS });
	t.equal(warnings.length, 1, warnings.join("\n"));
	t.match(warnings[0], warning("big\\.relay: input: integer at value"));
});

t.test("a thousand changed integers are one warning, which names no value", async (t) => {
	const { warnings } = await caller.run(
		"python",
		`from functions import big\nfor _ in range(3):\n    big.ts(value=[${DIGITS}] * 1000)`,
	);
	t.equal(warnings.length, 1);
	t.match(warnings[0], /and 999 more like it/);
	t.notMatch(warnings[0], DIGITS);
});
