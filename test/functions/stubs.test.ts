import t from "tap";
import { describe, signature, summary } from "../../src/functions/stubs.ts";
import { cpuMs, make } from "./make.ts";

const order = {
	type: "object",
	properties: { id: { type: "integer" }, total: { type: "number" } },
	required: ["id", "total"],
};
const getOrders = make("orders.get_orders", {
	description: "List customer orders, newest first.\n\nMore text.",
	input_schema: {
		type: "object",
		properties: {
			limit: { type: "integer", default: 50 },
			status: { enum: ["open", "closed"], default: "open", description: "Which ones" },
		},
	},
	output_schema: { type: "array", items: { $ref: "#/$defs/Order" }, $defs: { Order: order } },
	parameters: ["status", "limit"],
});

t.test("a signature is one line in either language, in the order of the source", (t) => {
	t.equal(
		signature(getOrders, "python"),
		'orders.get_orders(status: Literal["open", "closed"] = "open", limit: int = 50) -> list[{id: int, total: float}]',
	);
	t.equal(
		signature(getOrders, "typescript"),
		'orders.get_orders({ status?: "open" | "closed" /* = "open" */, limit?: number /* = 50 */ }): Promise<{ id: number, total: number }[]>',
	);
	t.end();
});

t.test("a function without parameters or result is shown without them", (t) => {
	t.equal(signature(make("a.b"), "python"), "a.b() -> Any");
	t.equal(
		signature(make("a.b", { input_schema: true }), "typescript"),
		"a.b(input?: Record<string, unknown>): Promise<unknown>",
	);
	t.end();
});

t.test("parameters that are no names in Python are given in a dictionary", (t) => {
	const fn = make("mail.send", {
		input_schema: {
			type: "object",
			properties: { from: { type: "string" }, "2fa": { type: "boolean" }, to: { type: "string" } },
			required: ["from", "to"],
		},
	});
	t.equal(
		signature(fn, "python"),
		'mail.send(to: str, **{"2fa"?: bool, "from": str}) -> Any'.replace(
			'"2fa"?: bool, "from": str',
			'"from": str, "2fa"?: bool',
		),
	);
	t.match(signature(fn, "typescript"), 'from: string, "2fa"?: boolean, to: string');
	t.match(describe(fn), 'mail.send(to="...", **{"from": "..."})');
	t.end();
});

t.test("a recursive type ends", (t) => {
	const node = {
		type: "object",
		properties: { id: { type: "integer" }, children: { type: "array", items: { $ref: "#/$defs/N" } } },
		required: ["id"],
	};
	const fn = make("a.b", { output_schema: { $ref: "#/$defs/N", $defs: { N: node } } });
	t.equal(signature(fn, "python"), "a.b() -> {id: int, children?: list[dict]}");
	for (const loop of [{ $ref: "#" }, { $ref: "#/a", a: { $ref: "#" } }])
		t.match(signature(make("a.b", { output_schema: loop }), "python"), "-> Any");
	t.end();
});

t.test("the description has everything a caller needs in both languages", (t) => {
	const text = describe(getOrders);
	for (const part of [
		"List customer orders",
		"Which ones",
		"Returns: { id: number, total: number }[]",
		'orders.get_orders(status="open")',
		'await orders.get_orders({ status: "open" })',
		"from functions import orders",
		'import { orders } from "functions";',
	])
		t.match(text, part);
	t.end();
});

t.test("a summary is the first sentence", (t) => {
	t.equal(summary(getOrders), "List customer orders, newest first.");
	t.equal(summary({ description: "Version 1.5 of it. More" }), "Version 1.5 of it.");
	t.equal(summary({ description: "查询订单。更多" }), "查询订单。");
	t.equal(summary({ description: "" }), "");
	t.equal(summary({ description: "no end\nof the line\n\nnext paragraph" }), "no end of the line");
	t.end();
});

const evil = `x"""\n*/ \`\${1}\` \u001b[31mred\u001b[0m \u202e \u{e0041} \0 ${"long ".repeat(20_000)}`;
t.test("hostile descriptions, names and defaults stay on their line and within bounds", (t) => {
	const properties = Object.fromEntries(
		Array.from({ length: 500 }, (_, i) => [
			`${evil.slice(0, 300)}${i}`,
			{ type: "string", default: evil, description: evil, enum: [evil, "*/"] },
		]),
	);
	const fn = make("a.b", {
		description: evil,
		input_schema: { type: "object", properties, required: Object.keys(properties).slice(0, 200) },
		output_schema: { type: "object", properties },
	});
	const start = cpuMs();
	for (const language of ["python", "typescript"] as const) {
		const line = signature(fn, language);
		t.notMatch(line, /[\p{Cc}\p{Cf}\p{Co}]/u);
		t.ok(line.length < 1_200, `${line.length}`);
	}
	const text = describe(fn);
	t.ok(text.length < 12_000, `${text.length}`);
	t.notMatch(text.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Co}]/u);
	t.notOk(text.split("\n").some((line) => /^(x"""|\*\/)/.test(line) && line.includes("import")));
	t.ok(summary(fn).length <= 100);
	t.ok(cpuMs() - start < 1_000, `${cpuMs() - start}`);
	t.end();
});

t.test("a default can't end the comment that shows it", (t) => {
	const fn = make("a.b", {
		input_schema: {
			type: "object",
			properties: { "k*/": { default: "*/ evil()" }, c: { const: "*/", default: "*/" } },
		},
	});
	t.equal(
		signature(fn, "typescript")
			.replace(/\/\* = "\*\\\/[^*]*" \*\//g, "")
			.includes("*/"),
		false,
	);
	t.end();
});

t.test("schemas that are wrong in every place still give a signature", (t) => {
	for (const schema of [
		false,
		{ properties: 5 },
		{ properties: { a: 5 }, required: "a" },
		{ properties: { a: { type: 7, enum: "x", anyOf: [] } } },
		{ $ref: 5 },
		{ properties: { __proto__x: null, constructor: { $ref: "#/constructor" } } },
		{ type: ["object", "x"] },
	] as never[])
		t.match(describe(make("a.b", { input_schema: schema, output_schema: schema })), "Python: a.b(");
	t.end();
});
