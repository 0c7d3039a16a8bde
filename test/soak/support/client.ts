/**
 * A client that sends the programs of test/soak, by REST or MCP, waits for a bounded time and says what came of it.
 * @module
 */
import { join } from "node:path";
import { fill, type Program, readFolder } from "../../attack/support/programs.ts";
import { executeMessage } from "../../mcp/support.ts";
import { PATIENCE } from "../../patience.ts";
import type { TestBrig } from "../../server.ts";

/** Longer than any program here may take, the queue before it included. */
const HANG_MS = 60_000 * PATIENCE;

/** How an execution ended, as its client saw it. */
export interface Ended {
	/** The contract's statuses; `left` when the client went away itself. */
	status: string;
	type: string | null;
	result: unknown;
	/** The whole answer. */
	text: string;
}

/** Functions that the programs call. */
const FUNCTIONS = {
	twice: "def twice(n: int) -> int:\n    return 2 * n\n",
	thrice: "export function thrice({ n }: { n: number }): number {\n\treturn 3 * n;\n}\n",
	fails: "def fails():\n    raise KeyError('no')\n",
	exits: "export function exits() {\n\tprocess.exit(3);\n}\n",
	part: "import time\ndef part(start: int, end: int, step: int) -> int:\n    time.sleep(0.01)\n    return sum(range(start, end + 1, step))\n",
	part_ts:
		"export function part_ts({ start, end, step }: Record<string, number>): number {\n\tlet sum = 0;\n\tfor (let n = start; n <= end; n += step) sum += n;\n\treturn sum;\n}\n",
	through:
		"from functions import soak\ndef through(start: int, end: int, step: int) -> int:\n    return soak.part_ts(start=start, end=end, step=2 * step) + soak.part(start=start + step, end=end, step=2 * step)\n",
	waits: "export async function waits() {\n\tawait Bun.sleep(600_000);\n}\n",
};

/** The programs of a folder of test/soak; those that need control groups only where there are some. */
export function readMix(folder = "programs"): Program[] {
	const all = readFolder(join(import.meta.dirname, "..", folder));
	return all.filter(({ needs }) => needs !== "cgroups" || Boolean(process.env.BRIG_TEST_SCOPE));
}

/** Registers what the programs call, and those of them that are functions themselves. */
export async function registerMix(brig: TestBrig, programs: readonly Program[]): Promise<void> {
	const called = programs.filter(({ asFunction }) => asFunction);
	const sources = [...Object.entries(FUNCTIONS), ...called.map((one) => [nameOf(one), one.code] as const)];
	for (const [name, code] of sources) {
		let [status, text] = await register(brig, name, code);
		// An emulated machine may take more than the two seconds that there are for reading a source.
		for (let tries = 0; status === 422 && tries < 5; tries++)
			[status, text] = await register(brig, name, code);
		if (status !== 201) throw new Error(`${name}: ${status} ${text}`);
	}
}

async function register(brig: TestBrig, name: string, code: string): Promise<[status: number, text: string]> {
	const answer = await fetch(`${brig.url}/v1/namespaces/default/functions/soak.${name}`, {
		method: "PUT",
		headers: { authorization: `Bearer ${brig.adminKey}`, "content-type": "application/json" },
		// All the sandboxes of these programs together fit into a machine of four gigabytes.
		body: JSON.stringify({ code, limits: { memory_mb: 96 } }),
	});
	return [answer.status, await answer.text()];
}

const nameOf = ({ file }: Program) => file.replace(/\.\w+$/, "");
const factsOf = (n: number) => ({ N: String(n), SUM: String((n * (n + 1)) / 2) });

/** Runs a program as number `n`. Throws when there is no answer in time. */
export async function send(
	brig: Pick<TestBrig, "url" | "runKey">,
	program: Program,
	n: number,
	byMcp: boolean,
): Promise<Ended> {
	const code = fill(program.code, factsOf(n));
	const { language, timeoutMs } = program;
	const more = { language, ...(timeoutMs ? { timeout_ms: timeoutMs } : {}) };
	const message = executeMessage(code);
	Object.assign(message.params.arguments, more);
	const [path, body] = program.asFunction
		? [`/v1/namespaces/default/functions/soak.${nameOf(program)}/call`, { n }]
		: byMcp
			? ["/mcp/run/default", message]
			: ["/v1/namespaces/default/execute", { code, ...more }];
	const waiting = AbortSignal.timeout(program.leavesMs ?? HANG_MS);
	try {
		const answer = await fetch(brig.url + path, {
			method: "POST",
			signal: waiting,
			headers: {
				authorization: `Bearer ${brig.runKey}`,
				accept: "application/json, text/event-stream",
				"content-type": "application/json",
				connection: "close",
			},
			body: JSON.stringify(body),
		});
		return toEnded(answer.status, await answer.text());
	} catch (error) {
		if (!waiting.aborted) throw error;
		if (!program.leavesMs) throw new Error(`${program.file} as ${n} has no answer after ${HANG_MS} ms`);
		return { status: "left", type: null, result: null, text: "" };
	}
}

/** Reads an answer of REST, a refusal, or one of MCP. */
export function toEnded(http: number, text: string): Ended {
	const json = JSON.parse(text);
	const { status, error, result } = json.result?.structuredContent ?? json;
	return {
		status: status ?? `${http} ${error?.code}`,
		type: error?.type ?? null,
		result: result ?? null,
		text,
	};
}

/** What is wrong with an answer; null when it is as the program says. */
export function faultOf(program: Program, n: number, ended: Ended): string | null {
	const expected = program.outcomes.some(
		({ status, type }) => status === ended.status && (type === null || type === ended.type),
	);
	const wanted =
		program.result === undefined ? null : JSON.parse(fill(JSON.stringify(program.result), factsOf(n)));
	const right = expected && JSON.stringify(wanted) === JSON.stringify(ended.result);
	return right ? null : `${program.file} as ${n}: ${ended.text.slice(0, 500) || ended.status}`;
}
