import { mkdirSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { residentMb } from "../attack/support/processes.ts";
import { PATIENCE } from "../patience.ts";
import { makeDataFolder, startBrig, type TestBrig } from "../server.ts";
import { faultOf, readMix, registerMix, send } from "./support/client.ts";
import { type Held, settle, steady } from "./support/counts.ts";
import { doAll } from "./support/load.ts";
import { seeded } from "./support/random.ts";
import { progress, report, reportCounts } from "./support/report.ts";

const EXECUTIONS = Number(process.env.BRIG_SOAK_EXECUTIONS) || 200;
/** Every so many goes by MCP. */
const MCP_EVERY = 4;
/** Heaps grow and shrink as they like; 10,000 leaks of ten kilobytes would be more. */
const MOST_GROWTH_MB = 100;
/** So many of each program before counting: what the server opens and makes once is no leftover. */
const FIRST_ROUNDS = 4;

const random = seeded();
const programs = readMix();

/** A server with a temporary folder of its own, and functions to call. */
async function start(): Promise<{ brig: TestBrig; held: Held }> {
	const data = makeDataFolder(t);
	const temporary = join(makeDataFolder(t), "tmp");
	mkdirSync(temporary);
	const brig = await startBrig(t, { data, env: { TMPDIR: temporary } });
	await registerMix(brig, programs);
	return { brig, held: { pid: brig.process.pid, data, temporary } };
}

/** Runs so many executions of the mix; what was wrong, and how many ended in which way. */
async function soak(brig: TestBrig, total: number, first: number, told: (done: number) => void) {
	const faults: string[] = [];
	const statuses: Record<string, number> = {};
	let done = 0;
	await doAll(total, random, async (number) => {
		const program = programs[number % programs.length];
		if (!program) throw new Error("there are no programs");
		const n = first + number;
		const ended = await send(brig, program, n, Math.floor(number / programs.length) % MCP_EVERY === 0);
		const fault = faultOf(program, n, ended);
		if (fault) faults.push(fault);
		statuses[ended.status] = (statuses[ended.status] ?? 0) + 1;
		told(++done);
	});
	return { faults, statuses };
}

/** How many executions the ledger has, by status. */
async function ledger(brig: TestBrig): Promise<Record<string, number>> {
	const statuses: Record<string, number> = {};
	for (let before = ""; ; ) {
		const answer = await fetch(`${brig.url}/v1/namespaces/default/executions?limit=500${before}`, {
			headers: { authorization: `Bearer ${brig.adminKey}`, connection: "close" },
		});
		const page = (await answer.json()) as { executions: { status: string }[]; next: string | null };
		for (const { status } of page.executions) statuses[status] = (statuses[status] ?? 0) + 1;
		if (page.next === null) return statuses;
		before = `&before=${page.next}`;
	}
}

/** What a client that left calls `left` is `cancelled` to the server. */
function add(...all: Record<string, number>[]): Record<string, number> {
	const sum: Record<string, number> = {};
	for (const one of all) {
		for (const [status, number] of Object.entries(one)) {
			const name = status === "left" ? "cancelled" : status;
			sum[name] = (sum[name] ?? 0) + number;
		}
	}
	return sum;
}

t.setTimeout((60_000 + EXECUTIONS * 500) * PATIENCE);

t.test(
	`${EXECUTIONS} executions of ${programs.length} programs leave nothing (seed ${random.seed})`,
	async (t) => {
		t.setTimeout((60_000 + EXECUTIONS * 500) * PATIENCE);
		const { brig, held } = await start();
		const warm = await soak(brig, FIRST_ROUNDS * programs.length, 0, () => {});
		t.same(warm.faults, [], "every answer is as its program says");
		const before = await steady(held);
		const memory = residentMb(held.pid);

		const { faults, statuses } = await soak(brig, EXECUTIONS, 1_000, progress("executions", EXECUTIONS));
		t.same(faults, [], "every answer is as its program says");
		const after = await settle(held, before);
		t.same(after, before, "everything is counted as before");
		const grown = residentMb(held.pid) - memory;
		t.ok(grown < MOST_GROWTH_MB, `the server has grown by ${grown} MB from ${memory} MB`);
		t.same(await ledger(brig), add(warm.statuses, statuses), "the ledger has every execution as it ended");
		t.notMatch(brig.stderr(), /\bfault\b/, "the server's log has no fault");

		report(`${EXECUTIONS} executions: ${JSON.stringify(statuses)}`);
		const inMb = "megabytes of the server";
		reportCounts({ ...before, [inMb]: memory }, { ...after, [inMb]: memory + grown });
	},
);
