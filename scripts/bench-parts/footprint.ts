/**
 * Memory of the server and of its sandboxes.
 * @module
 */
import type { Context } from "./executions.ts";
import { descendants, proportionalMb, residentMb } from "./memory.ts";
import { executeByRest } from "./requests.ts";

const SETTLE_MS = 2_000;
const AT_ONCE = 4;
const SLEEPERS = { python: "import time\ntime.sleep(2)", typescript: "await Bun.sleep(2_000)" } as const;

/** Idle memory, and during four executions at once; the ratio is to a bare jail's proportional memory. */
export async function measureMemory(context: Context & { bareMb: number | null }): Promise<void> {
	const { server, table, bareMb, say } = context;
	say("memory");
	const add = (what: string, value: number | null) => {
		if (value === null) return say(`${what}: may not be read here`);
		table.push({ what, unit: "MB", median: value, p95: null, runs: 1, ratio: bareMb && value / bareMb });
	};
	add("memory (PSS) of a bare jail", bareMb);
	await Bun.sleep(SETTLE_MS);
	const tree = () => [server.pid, ...descendants(server.pid)];
	add("memory (RSS) of the idle server, sandboxes not counted", residentMb([server.pid]));
	add("memory (PSS) of the idle server, sandboxes not counted", proportionalMb([server.pid]));
	add(
		`memory (PSS) of the idle server and its ${descendants(server.pid).length} processes`,
		proportionalMb(tree()),
	);
	for (const language of ["python", "typescript"] as const) {
		const running = Promise.all(
			Array.from({ length: AT_ONCE }, () => executeByRest(server, language, SLEEPERS[language])),
		);
		await Bun.sleep(SETTLE_MS / 2);
		add(`memory (PSS) of all during ${AT_ONCE} executions at once, ${language}`, proportionalMb(tree()));
		await running;
	}
}
