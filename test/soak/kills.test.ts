import t from "tap";
import { descendants } from "../attack/support/processes.ts";
import type { Program } from "../attack/support/programs.ts";
import { PATIENCE } from "../patience.ts";
import type { TestBrig } from "../server.ts";
import { type Ended, faultOf, readMix, registerMix, send } from "./support/client.ts";
import { settle, steady } from "./support/counts.ts";
import { doAll } from "./support/load.ts";
import { Mortal } from "./support/mortal.ts";
import { seeded } from "./support/random.ts";
import { progress, report, reportCounts } from "./support/report.ts";

const EXECUTIONS = Number(process.env.BRIG_SOAK_EXECUTIONS) || 60;
/** One kill in so many is the server's, and one execution in so many meets a kill. */
const SERVER_EVERY = 20;
const FIRST_SERVER = 4;
const KILL_EVERY = 2;
/** By their depth below the server. */
const VICTIMS = ["the server", "nsjail", "PID 1 of a jail", "a runner", "a program's own process"];

const random = seeded();
const programs = readMix("programs/kills");

/** How an execution may end of which a part was killed. It is never `ok` then with another value. */
const CUT = [
	/^503 no_sandbox$/,
	// Killed while it started, told by MCP; and later.
	/^sandbox_failed NoSandbox$/,
	/^sandbox_failed SandboxFailed$/,
	/^killed Killed$/,
	/^error FunctionError$/,
	// children.py misses what its child was to send.
	/^error ValueError$/,
];
const isCut = ({ status, type }: Ended) => CUT.some((one) => one.test(type ? `${status} ${type}` : status));

/** Kills one process of the server's or, in its turn, the server itself; `killed` counts what. */
async function killOne(server: Mortal, killed: Record<string, number>): Promise<void> {
	const total = Object.values(killed).reduce((sum, number) => sum + number, 0);
	const others = descendants((await server.alive()).process.pid);
	const depths = [...new Set(others.map(({ depth }) => depth))];
	const itself = total % SERVER_EVERY === FIRST_SERVER || depths.length === 0;
	const depth = itself ? 0 : Math.min(random.pick(depths), VICTIMS.length - 1);
	const name = VICTIMS[depth] as string;
	killed[name] = (killed[name] ?? 0) + 1;
	if (itself) return server.kill();
	try {
		process.kill(random.pick(others.filter((one) => one.depth === depth)).pid, "SIGKILL");
	} catch {
		// It has ended by itself in this moment.
	}
}

/** Runs every program four times; how long one took on the average, in ms. Throws when one is not right. */
async function runUnharmed(brig: TestBrig): Promise<number> {
	let sum = 0;
	await doAll(4 * programs.length, random, async (n) => {
		const program = programs[n % programs.length] as Program;
		const start = performance.now();
		const fault = faultOf(program, n, await send(brig, program, n, false));
		if (fault) throw new Error(fault);
		sum += performance.now() - start;
	});
	return sum / (4 * programs.length);
}

t.setTimeout((60_000 + EXECUTIONS * 1_000) * PATIENCE);

t.test(
	`${EXECUTIONS} executions among kills: no wrong result, no hang, nothing left (seed ${random.seed})`,
	async (t) => {
		t.setTimeout((60_000 + EXECUTIONS * 1_000) * PATIENCE);
		const server = new Mortal(t);
		await server.start();
		await registerMix(server.brig, []);
		// What is counted before is a server that came after another, too.
		await server.kill();
		const typicalMs = await runUnharmed(server.brig);
		const before = await steady(server.held);

		const faults: string[] = [];
		const ends: Record<string, number> = {};
		const killed: Record<string, number> = {};
		const told = progress("executions among kills", EXECUTIONS);
		let done = 0;
		await doAll(EXECUTIONS, random, async (number) => {
			const brig = await server.alive();
			const kills = server.kills;
			const program = programs[number % programs.length] as Program;
			const n = 10_000 + number;
			const moment = random.number(typicalMs);
			const killing = number % KILL_EVERY ? null : Bun.sleep(moment).then(() => killOne(server, killed));
			let how: string;
			try {
				const ended = await send(brig, program, n, number % 3 === 0);
				const fault = faultOf(program, n, ended);
				how = fault === null ? "right" : `${ended.status} ${ended.type ?? ""}`.trim();
				if (fault !== null && !isCut(ended)) faults.push(fault);
			} catch (error) {
				how = "cut off with the server";
				if (server.kills === kills) faults.push(`${program.file} as ${n}: ${error}`);
			}
			ends[how] = (ends[how] ?? 0) + 1;
			await killing;
			told(++done);
		});

		t.same(faults, [], "every execution gave the right value, or said that it was cut");
		for (const victim of VICTIMS.slice(0, 4)) t.ok((killed[victim] ?? 0) > 0, `${victim} was killed`);
		t.ok((ends.right ?? 0) > EXECUTIONS / 4, "many were left alone");
		await runUnharmed(await server.alive());
		const after = await settle(server.held, before);
		t.same(after, before, "everything is counted as before");
		t.notMatch(server.brig.stderr(), /\bfault\b/, "the server's log has no fault");
		report(`${EXECUTIONS} executions among kills: ${JSON.stringify(ends)}`);
		report(
			`killed: ${JSON.stringify(killed)}; jails outlived their server by ${server.slowestMs} ms at most`,
		);
		reportCounts(before, after);
	},
);
