import t from "tap";
import { inspectSource } from "../../../sandbox/typescript/inspect/inspect.ts";

// biome-ignore lint/suspicious/noExplicitAny: the tests look into schemas of every kind.
const inspect = (source: string, name = "f"): any => inspectSource(source, name);
const property = (type: string, before = "") =>
	inspect(`${before}\nexport default function f(input: { x: ${type} }): void {}`).input_schema.properties.x;

const TYPES: [string, string, object, string?][] = [
	["string", "string", { type: "string" }],
	["number", "number", { type: "number" }],
	["boolean", "boolean", { type: "boolean" }],
	["bigint is an integer", "bigint", { type: "integer" }],
	["null", "null", { type: "null" }],
	["any", "any", {}],
	["unknown", "unknown", {}],
	["object", "object", { type: "object" }],
	["a literal is a const", '"a"', { const: "a" }],
	["a negative literal", "-1", { const: -1 }],
	["literals together are an enum", '"a" | "b"', { type: "string", enum: ["a", "b"] }],
	["mixed literals are an enum without a type", '"a" | 1', { enum: ["a", 1] }],
	["literals or null", '"a" | "b" | null', { enum: ["a", "b", null] }],
	["true | false is boolean", "true | false", { type: "boolean" }],
	["a type or null is a list of types", "string | null", { type: ["string", "null"] }],
	["plain types together", "string | number", { type: ["string", "number"] }],
	["an array or null", "string[] | null", { type: ["array", "null"], items: { type: "string" } }],
	["a union of objects", "{ a: 1 } | string[]", { anyOf: [{ type: "object" }, { type: "array" }] }],
	["a union with any is anything", "any | string", {}],
	["an array", "number[]", { type: "array", items: { type: "number" } }],
	["Array<T>", "Array<number>", { type: "array", items: { type: "number" } }],
	["ReadonlyArray<T>", "ReadonlyArray<string>", { type: "array", items: { type: "string" } }],
	["readonly T[]", "readonly string[]", { type: "array", items: { type: "string" } }],
	["any[] has no items", "any[]", { type: "array" }],
	[
		"a tuple",
		"[string, number?]",
		{ type: "array", prefixItems: [{ type: "string" }, { type: "number" }], minItems: 1, items: false },
	],
	[
		"a named tuple with a rest",
		"[a: string, ...b: number[]]",
		{ prefixItems: [{ type: "string" }], items: { type: "number" } },
	],
	["Record", "Record<string, number>", { type: "object", additionalProperties: { type: "number" } }],
	[
		"Record of literals",
		'Record<"a" | "b", number>',
		{ properties: { a: { type: "number" }, b: {} }, required: ["a", "b"] },
	],
	["Map", "Map<string, number>", { type: "object", additionalProperties: { type: "number" } }],
	["Date", "Date", { type: "string", format: "date-time" }],
	[
		"an index signature",
		"{ [key: string]: number }",
		{ type: "object", additionalProperties: { type: "number" } },
	],
	["Partial", "Partial<{ a: 1 }>", { properties: { a: { const: 1 } }, required: undefined }],
	["Required", "Required<{ a?: 1 }>", { required: ["a"] }],
	["Readonly", "Readonly<{ a: 1 }>", { required: ["a"] }],
	["Pick", 'Pick<{ a: 1; b: 2 }, "a">', { properties: { a: { const: 1 }, b: undefined }, required: ["a"] }],
	["Omit", 'Omit<{ a: 1; b: 2 }, "a">', { properties: { a: undefined, b: { const: 2 } }, required: ["b"] }],
	[
		"an intersection of objects",
		"{ a: 1 } & { b?: 2 }",
		{ properties: { a: { const: 1 }, b: { const: 2 } }, required: ["a"], additionalProperties: false },
	],
	["keyof", "keyof { a: 1; b: 2 }", { type: "string", enum: ["a", "b"] }],
	["an indexed access", 'A["k"]', { type: "string" }, "interface A { k: string }"],
	[
		"the items of a constant",
		"(typeof S)[number]",
		{ type: "string", enum: ["a", "b"] },
		'const S = ["a", "b"] as const;',
	],
	["an alias", "A", { type: "string" }, "type A = string;"],
	["an enum of texts", "E", { type: "string", enum: ["r", "b"] }, 'enum E { R = "r", B = "b" }'],
	["an enum of numbers", "E", { type: "number", enum: [0, 5, 6] }, "enum E { A, B = 5, C }"],
	[
		"an interface that extends others",
		"B",
		{ properties: { a: { type: "string" }, b: { type: "number" } }, required: ["a", "b"] },
		"interface A { a: string }\ninterface B extends A { b: number }",
	],
	[
		"an interface in two parts",
		"A",
		{ required: ["a", "b"] },
		"interface A { a: string }\ninterface A { b: number }",
	],
	[
		"a generic alias",
		"P<number>",
		{ properties: { items: { items: { type: "number" } } } },
		"type P<T> = { items: T[] };",
	],
	[
		"a generic alias with a default",
		"P",
		{ properties: { items: { items: { type: "string" } } } },
		"type P<T = string> = { items: T[] };",
	],
	["a template type is text", "`a$" + "{string}`", { type: "string" }],
	["an optional or undefined property", "{ a?: string; b: number | undefined }", { required: undefined }],
];
for (const [name, type, expected, before] of TYPES) {
	t.test(`the type of a property: ${name}`, async (t) => t.match(property(type, before), expected));
}

t.test("a recursive type refers to itself", async (t) => {
	const { input_schema, output_schema } = inspect(
		"interface Tree { name: string; children: Tree[] }\nexport function f(input: { tree: Tree }): Promise<Tree> {}",
	);
	t.same(input_schema.properties.tree, { $ref: "#/$defs/Tree" });
	t.same(input_schema.$defs.Tree.properties.children, { type: "array", items: { $ref: "#/$defs/Tree" } });
	t.equal(
		output_schema.type,
		"object",
		"a promise is unwrapped, and a schema that is only a reference unfolded",
	);
});

t.test("a type that is only itself ends as a warning", async (t) => {
	const { ok, warnings } = inspect("type A = A;\nexport function f(input: { a: A }): void {}");
	t.ok(ok);
	t.ok(warnings.length > 0);
});

t.test("aliases that double each other end as one warning, soon", async (t) => {
	let source = "type T0 = { a: string };";
	for (let i = 1; i < 60; i++) source += `type T${i} = { a: T${i - 1}; b: T${i - 1} };`;
	const started = performance.now();
	const { warnings } = inspect(`${source} export default function f(input: T59): void {}`);
	t.ok(performance.now() - started < 1000);
	t.equal(warnings.length, 1);
	t.match(warnings[0], /too large/);
});

t.test("a signature gives description, defaults, required and order", async (t) => {
	const answer = inspect(
		`/**
 * List customer orders, newest first.
 *
 * @param input.limit how many at most
 * @param {string} status - only these
 * @returns the rows
 */
export default async function get_orders(
	{ status = "open", limit = 50, since, tags = ["a"] }: { status?: string; limit?: number; since: string; /** Any of. */ tags?: string[] } = {},
): Promise<{ id: number }[]> { return [] }`,
		"get_orders",
	);
	t.match(answer, {
		op: "inspected",
		ok: true,
		description: "List customer orders, newest first.",
		entry: "get_orders",
		parameters: ["status", "limit", "since", "tags"],
		warnings: [],
	});
	t.same(answer.input_schema, {
		type: "object",
		properties: {
			status: { type: "string", default: "open", description: "only these" },
			limit: { type: "number", default: 50, description: "how many at most" },
			since: { type: "string" },
			tags: { type: "array", items: { type: "string" }, description: "Any of.", default: ["a"] },
		},
		additionalProperties: false,
		required: ["since"],
	});
	t.match(answer.output_schema, { type: "array", description: "the rows", items: { required: ["id"] } });
});

t.test("a function without a parameter takes nothing", async (t) => {
	t.same(inspect("export function f(): void {}").input_schema, {
		type: "object",
		properties: {},
		additionalProperties: false,
	});
});

t.test("a parameter without a type is told by its names, with a warning", async (t) => {
	const { input_schema, warnings, output_schema } = inspect("export function f({ a, limit = 5 }) {}");
	t.same(input_schema, { type: "object", properties: { a: {}, limit: { type: "number", default: 5 } } });
	t.match(warnings[0], /^input has no type/);
	t.equal(output_schema, null);
});

t.test("what can't be read is anything, with a warning that names place and type", async (t) => {
	const { input_schema, warnings } = inspect(
		'import type { Foo } from "x";\nexport function f(input: { a: { b: Foo<string> } }): void {}',
	);
	t.same(input_schema.properties.a.properties.b, {});
	t.match(warnings[0], /^input\.a\.b has the type Foo<string>/);
});

const ENTRIES: [string, string, string][] = [
	["the function of that name comes first", "export default function main() {}\nfunction f() {}", "f"],
	[
		"an exported arrow function counts",
		"/** Adds. */\nexport const f = async (input: { a: number }): Promise<number> => 1",
		"f",
	],
	["a name that is exported as that counts", "function g() {}\nexport { g as f }", "f"],
	["else the default export", "export default async (input: {}) => 1;\nfunction main() {}", "default"],
	["a named function as the default", "function g() {}\nexport default g", "default"],
	["else main", "function handler() {}\nasync function main() {}", "main"],
	["else handler", "export function handler(input: {}, context: unknown) {}", "handler"],
];
for (const [name, source, entry] of ENTRIES)
	t.test(name, async (t) => t.match(inspect(source), { ok: true, entry }));

t.test("a source without an entry says so", async (t) => {
	t.match(inspect("export const x = 1"), {
		ok: false,
		error: { code: "no_entry", message: /f, default, main, handler/ },
	});
});

t.test("a syntax error has its place", async (t) => {
	t.match(inspect("export function f() {\n  const = 1\n}"), {
		ok: false,
		error: { code: "source_syntax", line: 2, column: 9 },
	});
});

t.test("names of JavaScript's own objects are plain names", async (t) => {
	const { input_schema } = inspect(
		"export function f(input: { __proto__: string; constructor: number }): void {}",
	);
	t.same(Object.keys(input_schema.properties), ["__proto__", "constructor"]);
});
