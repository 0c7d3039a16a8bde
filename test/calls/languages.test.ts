import t from "tap";
import { type Language, startCaller } from "./support.ts";

const caller = await startCaller(t);
const PY = `def add(a: int, b: int = 10, *, note: str | None = None) -> dict:
    """Add numbers."""
    return {"sum": a + b, "note": note}
`;
const TS = `/** Add numbers. */
export default function add({ a, b = 10, ...rest }: { a: number; b?: number; note?: string }) {
	return { sum: a + b, omitted: !("note" in rest) };
}`;
await caller.put("py.add", PY);
await caller.put("ts.add", TS);
await caller.put("py.relay", "from functions import ts\ndef relay(a: int):\n    return ts.add(a=a)\n");
await caller.put(
	"ts.relay",
	'import { py } from "functions";\nexport default async ({ a }: { a: number }) => py.relay({ a });',
);

t.test("each language calls each, with defaults of the function's own", async (t) => {
	const python = `from functions import py, ts
result = [py.add(1), py.add(1, 2), py.add(a=1, note="x"), ts.add(a=1), ts.add(a=1, b=2, note="x"), ts.relay(a=5)]`;
	const typescript = `import { py, ts } from "functions";
return [await py.add({ a: 1 }), await py.add({ a: 1, b: 2 }), await py.add({ a: 1, note: "x" }), await ts.add({ a: 1 }), await ts.add({ a: 1, b: 2, note: "x" }), await ts.relay({ a: 5 })];`;
	for (const [language, code] of Object.entries({ python, typescript })) {
		const { result, error } = await caller.run(language as Language, code);
		t.same(
			result,
			[
				{ sum: 11, note: null },
				{ sum: 3, note: null },
				{ sum: 11, note: "x" },
				{ sum: 11, omitted: true },
				{ sum: 3, omitted: false },
				{ sum: 15, omitted: true },
			],
			`${language} ${error?.message}`,
		);
	}
});

t.test("any name can be a parameter, in both languages", async (t) => {
	const names = [
		"from",
		"class",
		"userId",
		"x-y",
		"import",
		"self",
		"input",
		"é",
		"a b",
		"__proto__",
		"constructor",
		"0",
	];
	const input_schema = {
		type: "object",
		properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])),
		required: names,
		additionalProperties: false,
	};
	await caller.put("names.py", "def py(**given):\n    return sorted(given)\n", { input_schema });
	await caller.put(
		"names.ts",
		"export function ts(input: object) {\n\treturn Object.keys(input).sort();\n}",
		{
			input_schema,
		},
	);
	const given = JSON.stringify(names.map((name) => [name, "v"]));
	const wanted = { python: [...names].sort(), typescript: [...names].sort() };
	const python = `from functions import names\nresult = [names.py(**dict(${given})), names.ts(**dict(${given}))]`;
	const typescript = `import { names } from "functions";
const given = Object.fromEntries(${given});
return [await names.py(given), await names.ts(given)];`;
	for (const [language, code] of Object.entries({ python, typescript })) {
		const { result, error } = await caller.run(language as Language, code);
		for (const found of result ?? [[], []])
			t.same([...found].sort(), wanted[language as Language], `${language} ${error?.message}`);
		t.equal(error, null);
	}
	for (const code of ['functions.describe("names.py")', 'functions.describe("names.ts")'])
		t.match((await caller.run("python", `import functions\n${code}`)).result, /x-y/);
});

t.test("no description, name or value of a function breaks the modules of another", async (t) => {
	const hostile = [
		'"""\nimport os\nos._exit(1)\n"""',
		"*/ process.exit(1); /*",
		["`$", "{process.exit(1)}`"].join(""),
		"\u2028\u2029\0\x1b[2J'\"\\",
		"</script><!--",
	].map((text) => text.replaceAll("\0", ""));
	for (const [index, description] of hostile.entries()) {
		await caller.put(`evil.f${index}`, `def f${index}(): return ${index}\n`, {
			description,
			input_schema: {
				type: "object",
				description,
				properties: {
					[description]: { type: "string", description, default: description, enum: [description] },
				},
			},
			output_schema: { description },
			tags: ["x"],
		});
	}
	const python = `import functions
from functions import evil, py
seen = [functions.describe(f"evil.f{n}") for n in range(${hostile.length})] + [functions.search("evil process exit import os")]
result = [py.add(1)["sum"], [evil.__getattr__(f"f{n}")() for n in range(${hostile.length})]]`;
	const typescript = `import * as functions from "functions";
import { evil, py } from "functions";
for (let n = 0; n < ${hostile.length}; n++) await functions.describe("evil.f" + n);
const found = [];
for (let n = 0; n < ${hostile.length}; n++) found.push(await evil["f" + n]());
return [(await py.add({ a: 1 })).sum, found];`;
	for (const [language, code] of Object.entries({ python, typescript })) {
		const { result, error } = await caller.run(language as Language, code);
		t.same(result, [11, hostile.map((_, index) => index)], `${language} ${error?.message}`);
	}
});
