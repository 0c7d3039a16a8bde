/**
 * What must hold after a hostile program, seen from the host: never what the program says of it.
 * @module
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "tap";
import { PATIENCE } from "../../patience.ts";
import { type Attack, parts, quiet, type Reply, run } from "./attack.ts";
import { strangers } from "./host.ts";
import { marked, mountsOf, openDescriptors, residentMb } from "./processes.ts";
import type { Program } from "./programs.ts";
import { p99 } from "./watch.ts";

/** 64 processes and threads of the program, the runner and room for one that is being replaced. */
const MOST_THREADS = 70;
/** 100 kB of result, twice 32 kB of output, a traceback; the worst escaping makes six characters of one. */
const MOST_REPLY = 1_000_000;
/** What the server's memory may have grown by after a program: heaps shrink late, floods are gigabytes. */
const MOST_GROWTH_MB = 400;

/** How late the server may answer that it is well, 99 of 100 times. */
const HEALTH_MS = 100 * PATIENCE;

/** What must hold after every program. */
export async function judge(t: Test, attack: Attack, program: Program, reply: Reply): Promise<void> {
	const { status, error } = reply;
	t.equal(reply.http, 200, reply.text.slice(0, 500));
	t.ok(
		program.outcomes.some((one) => one.status === status && (!one.type || one.type === error?.type)),
		`${status} ${error?.type}: ${error?.message} is expected`,
	);
	if (program.result !== undefined) t.same(reply.result, program.result);
	t.ok(reply.text.length < MOST_REPLY, `the reply has ${reply.text.length} characters`);
	for (const [name, secret] of attack.host.secrets) t.notOk(reply.text.includes(secret), `no ${name} in it`);
	await judgeHost(t, attack);
	t.equal((await ledgerRow(attack, reply.id)).status, status, "the ledger says the same");
	t.equal((await run(attack, "6 * 7", "python")).result, 42, "the next execution works");
}

/** The host is as it was, and nothing of the program is left. */
export async function judgeHost(t: Test, attack: Attack): Promise<void> {
	const { brig, host, before, watch } = attack;
	const pid = brig.process.pid;
	await quiet(attack);
	t.same(marked(brig.data, pid), [], "no process is left");
	t.same(host.changes(), [], "no file of the host was touched");
	t.same(strangers(), [], "no file of a jail's user is on the host");
	t.same(host.listeners.visits(), { tcp: 0, udp: 0, abstract: 0, file: 0 }, "nobody was reached");
	t.same([...watch.faults], [], "everything was confined");
	watch.faults.clear();
	t.same(mountsOf(pid, [brig.data, host.folder]), before.mounts, "the server's mounts are as before");
	t.equal(parts(brig.data), before.parts, "the unpacked parts are as before");
	t.ok(
		residentMb(pid) < before.memory + MOST_GROWTH_MB,
		`the server has ${residentMb(pid)} MB, ${before.memory} before`,
	);
	t.notMatch(brig.stderr(), /\bfault\b|canary-/, "the server's log has neither fault nor secret");
	const odd = readdirSync(join(brig.data, "run")).filter(
		(name) => !/^(python|typescript)[\w.-]*\.cfg$/.test(name),
	);
	t.same(odd, [], "the run folder holds configuration alone");
	t.ok(
		openDescriptors(pid) <= before.descriptors,
		`${openDescriptors(pid)} descriptors, ${before.descriptors} before`,
	);
}

/** What must hold for the group as a whole, and that the means of looking were in order. */
export async function judgeGroup(t: Test, attack: Attack): Promise<void> {
	const { watch, host } = attack;
	const slowest = p99(watch.delays);
	t.ok(slowest < HEALTH_MS, `healthz: p99 ${slowest.toFixed(1)} ms of ${watch.delays.length}`);
	t.ok(watch.looks > 0, `the watch has looked at jailed processes ${watch.looks} times`);
	t.ok(watch.mostThreads <= MOST_THREADS, `at most ${watch.mostThreads} threads in a jail`);
	t.equal((await run(attack, "export default 6 * 7", "typescript")).result, 42);
	await host.listeners.visit();
	t.notOk(Object.values(host.listeners.visits()).includes(0), "the listeners would have noticed");
}

async function ledgerRow({ brig }: Attack, id: string): Promise<{ status: string }> {
	const answer = await fetch(`${brig.url}/v1/namespaces/default/executions/${id}`, {
		headers: { authorization: `Bearer ${brig.adminKey}` },
	});
	return (await answer.json()) as { status: string };
}
