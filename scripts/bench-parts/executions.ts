/**
 * Executions: alone, called in a row, side by side.
 * @module
 */
import type { OwnServer } from "../demo-parts/server.ts";
import { callByRest, connect, executeByMcp, executeByRest, type Language, register } from "./requests.ts";
import { type Row, type Samples, summed, timed } from "./samples.ts";

/** What every part of the benchmark works with. */
export interface Context {
	server: OwnServer;
	runs: number;
	table: Row[];
	/** Adds a row whose ratio is against bare jails measured before and after it. */
	add(what: string, measure: () => Promise<Samples>): Promise<void>;
	/** Median of the bare jail now, in ms. */
	reference(): Promise<number>;
	say(text: string): void;
}

const LANGUAGES: Language[] = ["python", "typescript"];
const TRIVIAL = "1 + 1";
/** Long enough for a warm sandbox to stand ready again. */
const PAUSE_MS = 400;
const CALLS = 1_000;

const ECHO: Record<Language, string> = {
	python: "def echo_python(value: int) -> int:\n    return value\n",
	typescript:
		"export default function echo_typescript(input: { value: number }): number {\n\treturn input.value;\n}\n",
};

/** Trivial programs by REST and MCP, with time between them and back to back, and one call of a function. */
export async function measureExecutions({ server, runs, add, say }: Context): Promise<void> {
	say("executions");
	const client = await connect(server);
	for (const language of LANGUAGES) await register(server, `bench.echo_${language}`, ECHO[language]);
	const pause = () => Bun.sleep(PAUSE_MS);
	for (const language of LANGUAGES) {
		const rest = () => executeByRest(server, language, TRIVIAL);
		const mcp = () => executeByMcp(client, language, TRIVIAL);
		const call = () => callByRest(server, `bench.echo_${language}`, { value: 1 });
		await add(`REST execute, ${language}, now and then`, () => timed(runs, rest, pause));
		await add(`REST execute, ${language}, back to back`, () => timed(runs, rest));
		await add(`MCP execute, ${language}, now and then`, () => timed(runs, mcp, pause));
		await add(`MCP execute, ${language}, back to back`, () => timed(runs, mcp));
		await add(`REST call of a function, ${language}, back to back`, () => timed(runs, call));
	}
	await client.close();
}

const LOOPS: Record<Language, (calls: number, call: string) => string> = {
	python: (calls, call) =>
		`import time, functions\nfrom functions import bench\nstart = time.perf_counter()\nfor _ in range(${calls}): ${call}\nresult = (time.perf_counter() - start) * 1000 / ${calls}`,
	typescript: (calls, call) =>
		`import * as functions from "functions";\nimport { bench } from "functions";\nconst start = performance.now();\nfor (let i = 0; i < ${calls}; i++) await ${call};\nreturn (performance.now() - start) / ${calls};`,
};
const CALL: Record<Language, [call: string, query: string]> = {
	python: ["bench.echo_python(value=1)", 'functions.describe("bench.echo_python")'],
	typescript: ["bench.echo_typescript({ value: 1 })", 'functions.describe("bench.echo_typescript")'],
};

/** The marginal cost of a call inside an execution: of 1,000 in a row but the first, by the program's own clock. */
export async function measureInside({ server, runs, add, say }: Context): Promise<void> {
	say("calls inside an execution");
	for (const language of LANGUAGES) {
		const [call, query] = CALL[language];
		const one = async (text: string, calls: number) => {
			const code = `${language === "python" ? `from functions import bench\n${text}` : `import { bench } from "functions";\nawait ${text};`}\n`;
			const loop = LOOPS[language](calls, text);
			return Number(
				await executeByRest(server, language, text === query ? loop : code + withoutImport(loop)),
			);
		};
		const repeat = async (text: string, calls: number) => {
			const values: number[] = [];
			for (let run = 0; run < Math.max(3, runs / 10); run++) values.push(await one(text, calls));
			return summed(values);
		};
		await add(`a call ${language} to ${language} inside an execution`, () => repeat(call, CALLS - 1));
		await add(`a bare round trip of frames, ${language} to the server`, () => repeat(query, CALLS));
	}
}

/** The program begins with one call, which starts the function's sandbox: a second import of the module would be an error. */
function withoutImport(loop: string): string {
	return loop.replace('import { bench } from "functions";\n', "");
}

/** Executions a second, with 1, 4 and 16 clients. */
export async function measureThroughput({ server, runs, table, reference, say }: Context): Promise<void> {
	say("throughput");
	for (const language of LANGUAGES) {
		for (const clients of [1, 4, 16]) {
			const before = await reference();
			let left = runs * 2;
			const start = performance.now();
			const worker = async () => {
				while (left-- > 0) await executeByRest(server, language, TRIVIAL);
			};
			await Promise.all(Array.from({ length: clients }, worker));
			const each = (performance.now() - start) / (runs * 2);
			table.push({
				what: `executions a second, ${language}, ${clients} at once (ratio: time of each)`,
				unit: "/s",
				median: 1_000 / each,
				p95: null,
				runs: runs * 2,
				ratio: each / ((before + (await reference())) / 2),
			});
		}
	}
}
