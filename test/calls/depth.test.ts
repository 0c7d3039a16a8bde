import t from "tap";
import { type Language, startCaller } from "./support.ts";

const caller = await startCaller(t);
const LAST = 9;

/** d1 calls d2 calls … d9, in turns of Python and TypeScript. */
for (let depth = 1; depth <= LAST; depth++) {
	const next = `d${depth + 1}`;
	const python = `def d${depth}(depth: int):
    if depth == ${depth}:
        return ["d${depth}"]
    from functions import deep
    return ["d${depth}", *deep.${next}(depth=depth)]
`;
	const typescript = `import { deep } from "functions";
export async function d${depth}({ depth }: { depth: number }) {
	return depth === ${depth} ? ["d${depth}"] : ["d${depth}", ...(await deep.${next}({ depth }))];
}`;
	await caller.put(`deep.d${depth}`, depth % 2 ? python : typescript);
}
const CODE: Record<Language, (depth: number) => string> = {
	python: (depth) => `from functions import deep
try:
    result = deep.d1(depth=${depth})
except FunctionError as error:
    result = [error.function, error.type, error.message]`,
	typescript: (depth) => `import { deep } from "functions";
try {
	return await deep.d1({ depth: ${depth} });
} catch (error) {
	return [error.function, error.type, error.message];
}`,
};

for (const language of ["python", "typescript"] as const) {
	t.test(
		`functions call functions eight deep from ${language}, and the ninth is refused by name`,
		async (t) => {
			const { result, id } = await caller.run(language, CODE[language](8));
			t.same(result, ["d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8"]);
			const { call_tree } = await caller.ledger(id);
			t.same(
				call_tree.map(({ seq, parent, depth, function: name }) => [seq, parent, depth, name]).sort(),
				Array.from({ length: 8 }, (_, at) => [at + 1, at || null, at + 1, `deep.d${at + 1}`]),
				"each call names the one that made it",
			);
			const ninth = await caller.run(language, CODE[language](9));
			const chain = Array.from({ length: 9 }, (_, at) => `deep.d${at + 1}`).join(" → ");
			t.match(JSON.stringify(ninth.result), "CallTooDeep");
			t.match(JSON.stringify(ninth.result), chain);
			t.ok(await caller.quiet(), "no sandbox is left");
		},
	);

	t.test(`a circle is an error that names it, from ${language}`, async (t) => {
		await caller.put(
			`${language}.a`,
			`def a():\n    from functions import ${language}\n    return ${language}.b()\n`,
		);
		await caller.put(
			`${language}.b`,
			`import { ${language} } from "functions";\nexport const b = () => ${language}.a();`,
		);
		await caller.put(
			`${language}.self`,
			`def self():\n    from functions import ${language}\n    return ${language}.self()\n`,
		);
		const code = {
			python: (name: string) => `from functions import python\npython.${name}()`,
			typescript: (name: string) => `import { typescript } from "functions";\nawait typescript.${name}();`,
		}[language];
		const mutual = await caller.run(language, code("a"));
		t.match(mutual.error?.message, `${language}.a → ${language}.b → ${language}.a`);
		t.match(mutual.error?.message, "CallCycle");
		const own = await caller.run(language, code("self"));
		t.match(own.error?.message, `${language}.self → ${language}.self`);
	});
}

t.test("called by REST a function counts as the first of the chain", async (t) => {
	const call = async (depth: number) =>
		(await caller.call("POST", "functions/deep.d1/call", { body: { depth } })).json;
	t.same((await call(8)).result, ["d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8"]);
	t.match((await call(9)).error.message, "CallTooDeep");
});
