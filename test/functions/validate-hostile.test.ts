import t from "tap";
import { compileSchema, validate } from "../../src/functions/validate.ts";
import { cpuMs } from "./make.ts";

/** Values of this size are checked in the worker, which has more time. */
const PATIENCE = 20;

/** Compiles and checks; fails unless each takes under 200 ms and ends in faults, none, or `input_too_complex`. */
function bounded(
	t: { ok(value: unknown, message: string): unknown },
	schema: unknown,
	value: unknown,
	patience = 1,
): string {
	const start = cpuMs();
	const { validator } = compileSchema(schema);
	const compiled = cpuMs();
	t.ok(compiled - start < 1_000, `compiling took ${compiled - start} ms`);
	let outcome: string;
	try {
		outcome = validate(validator, value, patience).faults.length === 0 ? "fits" : "faults";
	} catch (error) {
		outcome = (error as { code: string }).code;
	}
	t.ok(cpuMs() - compiled < 1_000, `checking took ${cpuMs() - compiled} ms`);
	return outcome;
}

function range<T>(length: number, item: (index: number) => T): T[] {
	return Array.from({ length }, (_, index) => item(index));
}

t.test("a backtracking pattern is matched in linear time", (t) => {
	t.equal(bounded(t, { pattern: "^(a+)+$" }, `${"a".repeat(10_000)}b`), "faults");
	t.end();
});

t.test("a pattern whose states explode is refused before it runs", (t) => {
	t.equal(bounded(t, { pattern: "[ab]*a[ab]{400}$" }, "ab".repeat(5_000)), "input_too_complex");
	const texts = range(100, (i) => range(1_000, (j) => ((i * j * 7919) % 31 < 15 ? "a" : "b")).join(""));
	t.equal(bounded(t, { items: { pattern: "[ab]*a[ab]{400}$" } }, texts), "input_too_complex");
	t.end();
});

t.test("hundreds of costly patterns compile within their bound", (t) => {
	bounded(t, { allOf: range(300, (i) => ({ pattern: `(?:[a-z]{1,30}){1,30}${i}` })) }, "x");
	bounded(t, { allOf: range(300, (i) => ({ pattern: `(?:(?:${"a".repeat(450)}){1,30}){1,30}${i}` })) }, "x");
	bounded(
		t,
		{ patternProperties: Object.fromEntries(range(200, (i) => [`^k${i}$`, {}])) },
		Object.fromEntries(range(10_000, (i) => [`k${i}`, i])),
	);
	t.end();
});

t.test("uniqueItems over 100,000 items is not quadratic", (t) => {
	t.equal(
		bounded(
			t,
			{ uniqueItems: true },
			range(20_000, (i) => i),
			PATIENCE,
		),
		"fits",
	);
	bounded(
		t,
		{ uniqueItems: true },
		range(100_000, (i) => `item ${i}`),
	);
	bounded(
		t,
		{ uniqueItems: true },
		range(100_000, (i) => ({ a: i, b: [i] })),
	);
	t.end();
});

t.test("uniqueItems at every level of a deep list spends one budget", (t) => {
	let nested: unknown = 0;
	for (let i = 0; i < 300; i++) nested = [nested, range(20, (j) => j)];
	bounded(t, { uniqueItems: true, items: { $ref: "#" } }, nested);
	t.end();
});

t.test("a value far deeper than any stack is refused", (t) => {
	let deep: unknown = {};
	for (let i = 0; i < 100_000; i++) deep = { a: deep };
	t.equal(bounded(t, { properties: { a: { $ref: "#" } } }, deep), "input_too_complex");
	t.equal(bounded(t, { uniqueItems: true }, [deep]), "input_too_complex");
	t.equal(bounded(t, { const: { a: 1 } }, deep), "faults");
	t.end();
});

t.test("alternatives that double at each reference end at the budget", (t) => {
	for (const keyword of ["anyOf", "oneOf", "allOf"]) {
		const definitions = range(40, (i): [string, unknown] => {
			const next = { $ref: `#/$defs/d${i + 1}` };
			return [`d${i}`, { [keyword]: [next, { not: { not: next } }] }];
		});
		const $defs = { ...Object.fromEntries(definitions), d40: { type: "null" } };
		t.equal(
			bounded(t, { $defs, $ref: "#/$defs/d0" }, 1),
			keyword === "allOf" ? "faults" : "input_too_complex",
			keyword,
		);
		bounded(t, { $defs, $ref: "#/$defs/d0" }, null);
	}
	t.end();
});

t.test("a chain of thousands of references neither compiles slowly nor exhausts the stack", (t) => {
	const $defs = Object.fromEntries(
		range(6_000, (i) => [`d${i}`, i < 5_999 ? { $ref: `#/$defs/d${i + 1}` } : {}]),
	);
	t.equal(bounded(t, { $defs, $ref: "#/$defs/d0" }, 1), "input_too_complex");
	t.end();
});

t.test("a huge enum is looked up, not walked", (t) => {
	const items = { enum: range(20_000, (i) => `v${i}`) };
	t.equal(
		bounded(
			t,
			{ items },
			range(20_000, (i) => `v${i}`),
			PATIENCE,
		),
		"fits",
	);
	t.equal(
		bounded(
			t,
			{ items: { enum: range(3_000, (i) => ({ a: i })) } },
			range(3_000, (i) => ({ a: i })),
			PATIENCE,
		),
		"fits",
	);
	t.end();
});

t.test("long lists of required and alternative schemas meet many values within the budget", (t) => {
	bounded(
		t,
		{ items: { required: range(20_000, (i) => `r${i}`) } },
		range(1_000, () => ({})),
	);
	bounded(
		t,
		{ items: { anyOf: range(5_000, () => ({ type: ["string", "null"] })) } },
		range(1_000, () => 1),
	);
	bounded(t, { pattern: "^a", maxLength: 6_000_000 }, "é".repeat(8_000_000));
	t.end();
});

t.test("an ordinary large input is checked, not refused", (t) => {
	const items = {
		type: "object",
		properties: { id: { type: "integer" }, name: { type: "string" } },
		required: ["id"],
		additionalProperties: false,
	};
	t.equal(
		bounded(
			t,
			{ items },
			range(10_000, (i) => ({ id: i, name: `n${i}` })),
			PATIENCE,
		),
		"fits",
	);
	t.equal(
		bounded(
			t,
			{ items: { pattern: "^[^@]+@[a-z.]+$" } },
			range(3_000, (i) => `user${i}@example.com`),
			PATIENCE,
		),
		"fits",
	);
	t.end();
});
