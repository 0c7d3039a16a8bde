import t from "tap";
import { inspect } from "./harness.ts";

t.test("a function's signature and docstring are the whole of its description", async (t) => {
	t.same(
		await inspect(
			'def get_orders(status: str = "open", limit: int = 50) -> list[dict]:\n    """List customer orders, newest first."""',
		),
		{
			op: "inspected",
			ok: true,
			description: "List customer orders, newest first.",
			entry: "get_orders",
			input_schema: {
				type: "object",
				properties: { status: { type: "string", default: "open" }, limit: { type: "integer", default: 50 } },
				additionalProperties: false,
			},
			output_schema: { type: "array", items: { type: "object" } },
			parameters: ["status", "limit"],
			warnings: [],
		},
	);
});

t.test("the entry is the function of that name, else main, else handler", async (t) => {
	t.match(await inspect("def main(): pass\nasync def get_orders(a): pass"), {
		entry: "get_orders",
		parameters: ["a"],
	});
	t.match(await inspect("def handler(i, c): pass\ndef main(b): pass"), { entry: "main", parameters: ["b"] });
	t.same((await inspect("def handler(input, context): pass")).input_schema, { type: "object" });
	t.match(await inspect("try:\n    def get_orders(a): pass\nexcept ImportError:\n    pass"), {
		entry: "get_orders",
	});
	t.match(await inspect("def get_orders(a): pass\ndef get_orders(b): pass"), { parameters: ["b"] });
	t.match(await inspect("get_orders = make()"), {
		ok: true,
		input_schema: { type: "object" },
		warnings: [/not a plain function/],
	});
	t.match(await inspect("class A:\n    def get_orders(self): pass"), {
		ok: false,
		error: {
			code: "no_entry",
			message: "the source defines none of the functions get_orders, main, handler(input, context)",
		},
	});
});

t.test("a source is parsed and never run", async (t) => {
	t.match(await inspect("import os\nos._exit(1)\ndef get_orders(): pass"), { ok: true });
	t.match(await inspect("def get_orders(a=print('x'), b: exit() = 1): pass"), {
		ok: true,
		parameters: ["a", "b"],
	});
});

t.test("a source that does not parse is told with line and column", async (t) => {
	t.match(await inspect("x = 1\ndef get_orders(:"), {
		ok: false,
		error: { code: "source_syntax", line: 2, column: 16, message: /./ },
	});
	t.match(await inspect("def get_orders(): pass\nreturn 1"), {
		ok: false,
		error: { code: "source_syntax", line: 2 },
	});
	t.match(await inspect(new Uint8Array([0x23, 0x0a, 0xff])), {
		ok: false,
		error: { code: "source_syntax", line: 2, message: /UTF-8/ },
	});
	t.match(await inspect("x = 1\0"), { ok: false, error: { code: "source_syntax", message: /null bytes/ } });
});

t.test("hostile sources are refused and do not break the runner", async (t) => {
	const doubling = [
		"A0 = int",
		...Array.from({ length: 40 }, (_, i) => `A${i + 1} = tuple[A${i}, A${i}]`),
		"def get_orders(a: A40): pass",
	];
	for (const source of [
		`${"(".repeat(5000)}${")".repeat(5000)}`,
		`x = ${"-".repeat(100_000)}1`,
		`x = ${"a + ".repeat(100_000)}1\ndef get_orders(): pass`,
		`def get_orders(a: ${"list[".repeat(150)}int${"]".repeat(150)}): pass`,
		doubling.join("\n"),
	])
		t.match(await inspect(source), { ok: false, error: { code: "source_syntax", message: /./ } });
	t.match(await inspect(`def get_orders(a: ${"int | ".repeat(500)}str): pass`), { ok: true });
	t.match(await inspect("A = B\nB = A\ndef get_orders(a: A): pass"), { ok: true, warnings: [/not known/] });
	t.match(await inspect("class A(B): pass\nclass B(A): pass\ndef get_orders(a: A): pass"), {
		ok: true,
		warnings: [/not known/],
	});
});

t.test("the description is the docstring up to its sections, else the module's", async (t) => {
	t.equal((await inspect('"""Module."""\ndef get_orders(): pass')).description, "Module.");
	t.equal((await inspect('"""Module."""\ndef get_orders():\n    """Own."""')).description, "Own.");
	t.equal((await inspect("def get_orders(): pass")).description, "");
	t.equal(
		(
			await inspect(
				'def get_orders():\n    """First.\n\n    Second\n    line.\n\n    Returns:\n        x\n    """',
			)
		).description,
		"First.\n\nSecond\nline.",
	);
});

t.test("parameters are described in Google's, NumPy's and Sphinx's way", async (t) => {
	const styles = [
		"Args:\n        a: The first\n            goes on.\n        b (int, optional): The second: with colon.\n\n    Raises:\n        ValueError: never",
		"Parameters\n    ----------\n    a : int\n        The first\n        goes on.\n    b\n        The second: with colon.\n\n    Returns\n    -------\n    int",
		":param a: The first\n        goes on.\n    :param int b: The second: with colon.\n    :returns: x",
	];
	for (const style of styles) {
		const found = await inspect(`def get_orders(a, b):\n    """Summary.\n\n    ${style}\n    """`);
		t.equal(found.description, "Summary.", style);
		t.same(
			found.input_schema.properties,
			{ a: { description: "The first goes on." }, b: { description: "The second: with colon." } },
			style,
		);
	}
});

t.test("defaults: literals are given, None makes nullable, others only make optional", async (t) => {
	const found = await inspect(
		"def get_orders(a, b: int = -1, c: str = None, d: list = make(), e=(1, 'x'), f: int = {1}, *, g, h=True): pass",
	);
	t.same(found.input_schema, {
		type: "object",
		properties: {
			a: {},
			b: { type: "integer", default: -1 },
			c: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
			d: { type: "array" },
			e: { default: [1, "x"] },
			f: { type: "integer" },
			g: {},
			h: { default: true },
		},
		required: ["a", "g"],
		additionalProperties: false,
	});
	t.same(found.parameters, ["a", "b", "c", "d", "e", "f", "g", "h"]);
});

t.test("free parameters: **kwargs opens the object, *args is ignored with a warning", async (t) => {
	t.equal((await inspect("def get_orders(a, **rest): pass")).input_schema.additionalProperties, true);
	t.same((await inspect("def get_orders(**rest: int): pass")).input_schema, {
		type: "object",
		properties: {},
		additionalProperties: { type: "integer" },
	});
	t.match(await inspect("def get_orders(a, /, *args): pass"), {
		parameters: ["a"],
		warnings: [/\*args is ignored/],
	});
});

t.test("a sole parameter named input, input_data or inputs is the whole object", async (t) => {
	const source = (name: string) =>
		`from typing import TypedDict\nclass Q(TypedDict):\n    """A query."""\n    text: str\ndef get_orders(${name}: Q): pass`;
	for (const name of ["input", "input_data", "inputs"]) {
		const found = await inspect(source(name));
		t.same(found.input_schema, {
			type: "object",
			properties: { text: { type: "string" } },
			required: ["text"],
			description: "A query.",
		});
		t.same(found.parameters, ["text"]);
	}
	t.same((await inspect("def get_orders(input): pass")).input_schema, { type: "object" });
	t.same((await inspect("def get_orders(input: dict[str, int]): pass")).input_schema, {
		type: "object",
		additionalProperties: { type: "integer" },
	});
	t.same((await inspect("def get_orders(input: str): pass")).input_schema, { type: "object" });
	t.same((await inspect("def get_orders(input, b): pass")).parameters, ["input", "b"]);
});
