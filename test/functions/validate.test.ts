import t from "tap";
import { compileSchema, validate } from "../../src/functions/validate.ts";

function faults(schema: unknown, value: unknown) {
	return validate(compileSchema(schema).validator, value).faults;
}

function fits(schema: unknown, value: unknown): boolean {
	return faults(schema, value).length === 0;
}

const orders = {
	type: "object",
	properties: {
		status: { type: "string", enum: ["open", "closed"] },
		limit: { type: "integer", minimum: 1 },
	},
	required: ["status"],
	additionalProperties: false,
};

t.test("each fault says where and what in words", (t) => {
	t.same(faults(orders, { limit: "abc", foo: 1 }), [
		{ path: "/limit", message: 'must be integer, is "abc"' },
		{ path: "/status", message: "is missing" },
		{ path: "/foo", message: "is not a known parameter; known: status, limit" },
	]);
	t.same(faults(orders, { status: "opn", limit: 0 }), [
		{ path: "/status", message: 'must be "open" or "closed", is "opn"' },
		{ path: "/limit", message: "must be at least 1, is 0" },
	]);
	t.same(faults(orders, null), [{ path: "", message: "must be object, is null" }]);
	t.end();
});

t.test("alternatives are told in one sentence", (t) => {
	t.same(faults({ anyOf: [{ type: "string" }, { type: "null" }] }, 5), [
		{ path: "", message: "must be string or null, is 5" },
	]);
	t.same(faults({ oneOf: [{ type: "object", required: ["a"] }, { type: "null" }] }, {}), [
		{ path: "/a", message: "is missing" },
	]);
	t.match(
		faults({ oneOf: [{ minimum: 1 }, { minimum: 2 }] }, 3)[0]?.message,
		"must fit one alternative only",
	);
	t.end();
});

const table: [name: string, schema: unknown, good: unknown[], bad: unknown[]][] = [
	["type", { type: ["integer", "null"] }, [1, 1.0, null], [1.5, "1", {}, [], true]],
	["boolean schemas", { properties: { a: true, b: false } }, [{ a: 1 }, {}], [{ b: 1 }]],
	["const", { const: { a: [1, { b: null }] } }, [{ a: [1, { b: null }] }], [{ a: [1, {}] }, 1]],
	["enum regardless of the order of keys", { enum: [{ a: 1, b: 2 }] }, [{ b: 2, a: 1 }], [{ a: 1 }]],
	["enum tells texts from numbers", { enum: ["1", 2] }, ["1", 2], [1, "2"]],
	["numbers", { exclusiveMinimum: 0, maximum: 10, multipleOf: 0.1 }, [0.3, 10, "x"], [0, 11, 0.25]],
	["lengths in code points", { minLength: 2, maxLength: 3 }, ["😀😀", "abc", 5], ["😀", "abcd", "😀😀😀😀"]],
	["pattern", { pattern: "^a\\d+$" }, ["a12", 5], ["a", "ba1"]],
	[
		"items",
		{ items: { type: "integer" }, minItems: 1, maxItems: 2 },
		[[1], [1, 2], "x"],
		[[], [1, "2"], [1, 2, 3]],
	],
	["prefixItems", { prefixItems: [{ type: "string" }], items: false }, [["a"], []], [[1], ["a", 1]]],
	["items of draft 7", { items: [{ type: "string" }], additionalItems: false }, [["a"]], [[1], ["a", 2]]],
	[
		"uniqueItems",
		{ uniqueItems: true },
		[[1, "1", [1], { a: 1 }, '"1"']],
		[
			[1, 1.0],
			[
				{ a: 1, b: 2 },
				{ b: 2, a: 1 },
			],
			["a", "a"],
		],
	],
	["contains", { contains: { const: 1 }, maxContains: 2 }, [[1], [1, 1, 2]], [[], [2], [1, 1, 1]]],
	[
		"patternProperties",
		{ patternProperties: { "^n": { type: "number" } }, additionalProperties: false },
		[{ n1: 1 }],
		[{ n1: "x" }, { m: 1 }],
	],
	[
		"additionalProperties",
		{ properties: { a: {} }, additionalProperties: { type: "string" } },
		[{ a: 1, b: "x" }],
		[{ b: 1 }],
	],
	["propertyNames", { propertyNames: { maxLength: 2 } }, [{ ab: 1 }], [{ abc: 1 }]],
	["counts of properties", { minProperties: 1, maxProperties: 2 }, [{ a: 1 }], [{}, { a: 1, b: 1, c: 1 }]],
	["dependentRequired", { dependentRequired: { a: ["b"] } }, [{ a: 1, b: 1 }, { c: 1 }], [{ a: 1 }]],
	["dependentSchemas", { dependentSchemas: { a: { required: ["b"] } } }, [{ b: 1 }], [{ a: 1 }]],
	["allOf", { allOf: [{ minimum: 1 }, { maximum: 2 }] }, [1, 2], [0, 3]],
	["not", { not: { type: "string" } }, [1], ["a"]],
	[
		"if, then, else",
		JSON.parse('{"if":{"minimum":10},"then":{"multipleOf":10},"else":{"multipleOf":3}}'),
		[20, 9],
		[11, 4],
	],
	[
		"$ref beside other keywords",
		{ $defs: { n: { type: "integer" } }, $ref: "#/$defs/n", minimum: 3 },
		[3],
		[2, "x"],
	],
	[
		"$ref with escapes",
		{ definitions: { "a/b": { type: "null" } }, properties: { x: { $ref: "#/definitions/a~1b" } } },
		[{ x: null }],
		[{ x: 1 }],
	],
	[
		"recursion",
		{ properties: { next: { $ref: "#" }, v: { type: "integer" } } },
		[{ next: { next: { v: 1 } } }],
		[{ next: { next: { v: "x" } } }],
	],
	["format is no rule", { format: "email" }, ["nobody"], []],
];
for (const [name, schema, good, bad] of table) {
	t.test(`${name} accepts what fits and refuses what does not`, (t) => {
		for (const value of good) t.ok(fits(schema, value), JSON.stringify(value));
		for (const value of bad) t.notOk(fits(schema, value), JSON.stringify(value));
		t.end();
	});
}

t.test("names of Object.prototype are names like any other", (t) => {
	const schema = JSON.parse(
		'{"properties":{"__proto__":{"type":"integer"}},"required":["__proto__","constructor"],"additionalProperties":false}',
	);
	t.same(
		faults(schema, {}).map((fault) => fault.path),
		["/__proto__", "/constructor"],
	);
	t.same(
		faults(schema, JSON.parse('{"__proto__":"x","constructor":1}')).map((fault) => fault.path),
		["/__proto__", "/constructor"],
	);
	t.same(faults({ additionalProperties: false }, JSON.parse('{"toString":1}')).length, 1);
	t.end();
});

t.test("at most 20 faults are told, each short", (t) => {
	const many = faults({ items: { type: "null" } }, Array(1_000).fill("x".repeat(10_000)));
	t.equal(many.length, 20);
	t.ok(many.every((fault) => fault.message.length < 100));
	const [long] = faults({ additionalProperties: false }, { ["~/k".repeat(10_000)]: 1 });
	t.ok((long?.path.length ?? 0) < 200);
	t.end();
});

t.test("what can't be checked is a warning with its path", (t) => {
	const { warnings, validator } = compileSchema({
		properties: { a: { pattern: "(?=x)y", nullable: true } },
		"x-own": 1,
		title: "T",
	});
	t.match(warnings.join("\n"), "/properties/a/pattern");
	t.match(warnings.join("\n"), "/properties/a/nullable");
	t.equal(warnings.length, 2);
	t.same(validate(validator, { a: "z" }).faults, []);
	t.end();
});

const useless: [name: string, schema: unknown, place: RegExp | string][] = [
	["a list", [], "itself"],
	["null", null, "itself"],
	["an unknown type", { properties: { a: { type: "strng" } } }, "/properties/a/type"],
	["required: true", { properties: { a: { required: true } } }, "/properties/a/required"],
	["a subschema that is a text", { items: "x" }, "/items"],
	["a reference that leads nowhere", { $ref: "#/$defs/x" }, "/$ref"],
	["a reference into Object.prototype", { $ref: "#/constructor" }, "/$ref"],
	["a reference to another document", { $ref: "https://example.com/s.json" }, "only references inside"],
	["a reference to itself", { $ref: "#" }, "leads back to itself"],
	[
		"a circle of alternatives",
		{
			$defs: { a: { anyOf: [{ $ref: "#/$defs/b" }] }, b: { allOf: [{ $ref: "#/$defs/a" }] } },
			$ref: "#/$defs/a",
		},
		"leads back",
	],
	["65 levels and more", JSON.parse(`${'{"not":'.repeat(50_000)}{}${"}".repeat(50_000)}`), "deeper than 64"],
	["more than 256 KiB", { description: "x".repeat(300_000) }, "256 KiB"],
	[
		"60,000 subschemas",
		{
			anyOf: Array(60_000)
				.fill(0)
				.map(() => ({})),
		},
		"subschemas",
	],
];
for (const [name, schema, place] of useless) {
	t.test(`${name} is no schema, and the place is told`, (t) => {
		t.throws(() => compileSchema(schema), {
			code: "invalid_schema",
			message: place instanceof RegExp ? place : new RegExp(place.replace(/[$/]/g, "\\$&")),
		});
		t.end();
	});
}
