import t from "tap";
import { type Caller, type Language, startCaller } from "../calls/support.ts";
import { PYTHON, PYTHON_SETUP, type Row, TYPESCRIPT, TYPESCRIPT_SETUP } from "./rows.ts";

const ROWS: Record<Language, Row[]> = { python: PYTHON, typescript: TYPESCRIPT };
/** What a receiver tells of a value: `value` is a list of one. */
const SEE: Record<Language, string> = {
	python: `def see(value):\n    return f"{type(value[0]).__name__} {value[0]!r}"\n`,
	typescript:
		// biome-ignore lint/suspicious/noTemplateCurlyInString: the function's own template
		"const see = (value: any) => `${typeof value[0]} ${Object.is(value[0], -0) ? '-0' : JSON.stringify(value[0])}`;\n",
};
const SHORT: Record<Language, string> = { python: "py", typescript: "ts" };

/** Sources of functions that give the rows of their language, and tell what they get. */
const PY = `${PYTHON_SETUP}${SEE.python}
ROWS = [${PYTHON.map(({ from }) => `lambda: ${from}`).join(", ")}]
def py_give(n: int):
    return [ROWS[n]()]
def py_see(value: list):
    return see(value)
`;
const TS = `${TYPESCRIPT_SETUP}${SEE.typescript}
const rows: (() => unknown)[] = [${TYPESCRIPT.map(({ from }) => `() => (${from})`).join(", ")}];
export function ts_give({ n }: { n: number }): any { return [rows[n]!()]; }
export function ts_see({ value }: { value: any[] }) { return see(value); }
`;

/** Programs that take what functions give, and that send what they have to functions. */
function taking(language: Language, from: Language): string {
	const give = `values.${SHORT[from]}_give`;
	return language === "python"
		? `from functions import values\n${SEE.python}
def told(n):
    try:
        return see(${give}(n=n))
    except FunctionError as error:
        return [error.type, error.message]
result = [told(n) for n in range(${ROWS[from].length})]`
		: `import { values } from "functions";\n${SEE.typescript}
const result: unknown[] = [];
for (let n = 0; n < ${ROWS[from].length}; n++)
	result.push(await ${give}({ n }).then(see, (error: any) => [error.type, error.message]));
export default result;`;
}
function sending(language: Language, to: Language): string {
	const see = `values.${SHORT[to]}_see`;
	return language === "python"
		? `from functions import values\n${PYTHON_SETUP}
def told(make):
    try:
        return ${see}(value=[make()])
    except (TypeError, ValueError) as error:
        return [type(error).__name__, str(error)]
result = [told(make) for make in (${PYTHON.map(({ from }) => `lambda: ${from}`).join(", ")})]`
		: `import { values } from "functions";\n${TYPESCRIPT_SETUP}
const result: unknown[] = [];
for (const make of [${TYPESCRIPT.map(({ from }) => `() => (${from})`).join(", ")}] as (() => unknown)[])
	result.push(await values.${SHORT[to]}_see({ value: [make()] }).catch((error: any) => [error.name, error.message]));
export default result;`;
}

const caller: Caller = await startCaller(t);
for (const name of ["py_give", "py_see"]) await caller.put(`values.${name}`, PY);
for (const name of ["ts_give", "ts_see"]) await caller.put(`values.${name}`, TS);

/** The rows of one language as the other side told of them. */
function compare(t: Tap, rows: Row[], told: unknown[], receiver: Language, root: string): void {
	t.equal(told?.length, rows.length);
	for (const [index, row] of rows.entries()) {
		const found = told?.[index];
		if (row.error) {
			const [type, message] = found as [string, string];
			t.match(type, /^(TypeError|ValueError)$/, row.from);
			const start = row.path === "*" ? `${root}[0]` : `${root}[0]${row.path} `;
			t.ok(message.startsWith(start), `${row.from}: ${message.slice(0, 100)} starts with ${start}`);
			if (row.path !== "*") t.match(message.slice(start.length), row.error, row.from);
		} else if (row[receiver]) t.equal(found, row[receiver], row.from);
		else t.equal(typeof found, "string", row.from);
	}
}
type Tap = typeof t;

for (const from of ["python", "typescript"] as const) {
	for (const to of ["python", "typescript"] as const) {
		t.test(`what a ${from} function returns is what a ${to} program receives`, async (t) => {
			const { result, error } = await caller.run(to, taking(to, from));
			t.equal(error, null);
			compare(t as Tap, ROWS[from], result, to, "result");
		});
		t.test(`what a ${from} program sends is what a ${to} function receives`, async (t) => {
			const { result, error } = await caller.run(from, sending(from, to));
			t.equal(error, null);
			compare(t as Tap, ROWS[from], result, to, "input.value");
		});
	}
	t.test(`what a ${from} function returns is this JSON by REST, to the digit`, async (t) => {
		for (const [n, row] of ROWS[from].entries()) {
			const { text, json } = await caller.call("POST", `functions/values.${SHORT[from]}_give/call`, {
				body: { n },
			});
			if (row.error) t.match(json.error?.message, /^result\[0\]/, row.from);
			else t.ok(text.includes(`"result":[${row.json}],`), row.from);
		}
	});
}
