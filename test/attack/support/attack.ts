/**
 * Runs the hostile programs of a group against a real server and judges from the host what came of them.
 * @module
 */
import { readdirSync, statSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { Test } from "tap";
import { startBrig, type TestBrig } from "../../server.ts";
import { type Host, makeHost, strangers } from "./host.ts";
import { descendants, marked, openDescriptors, read, residentMb } from "./processes.ts";
import { fill, type Program, readPrograms } from "./programs.ts";
import { p99, startWatch, type Watch } from "./watch.ts";

/** A group takes longer than tap's own half minute. */
const GROUP_MS = 280_000;
/** How long everything of an execution may take to go. */
const GONE_MS = 10_000;
const CGROUPS = Boolean(process.env.BRIG_TEST_SCOPE);
/** 64 processes and threads of the program, the runner and room for one that is being replaced. */
const MOST_THREADS = 70;
/** 100 kB of result, twice 32 kB of output, a traceback; the worst escaping makes six characters of one. */
const MOST_REPLY = 1_000_000;
/** What the server's memory may have grown by after a program: heaps shrink late, floods are gigabytes. */
const MOST_GROWTH_MB = 400;

export interface Reply {
	http: number;
	text: string;
	id: string;
	status: string;
	error: { type: string; message: string } | null;
	result: unknown;
}

/** A server under attack, what surrounds it, and how it was before. */
export interface Attack {
	brig: TestBrig;
	host: Host;
	watch: Watch;
	facts: Record<string, string>;
	before: { mounts: string; descriptors: number; memory: number; parts: string };
}

/** Starts server, canaries and watch. */
export async function startAttack(t: Test): Promise<Attack> {
	t.setTimeout(GROUP_MS);
	const host = await makeHost(t);
	const brig = await startBrig(t, {
		// Sandboxes that wait for their use could not be told from ones that were left over.
		args: ["--warm", "0"],
		env: { CANARY_OF_THE_SERVER: host.token },
	});
	host.secrets.set("admin key", brig.adminKey);
	host.secrets.set("run key", brig.runKey);
	const pid = brig.process.pid;
	const attack: Attack = {
		brig,
		host,
		watch: startWatch(brig.url, pid),
		facts: {
			...host.facts,
			HOST_ADDRESSES: hostAddresses().join(" "),
			DATA: brig.data,
			SERVER_PID: String(pid),
			SERVER_PORT: new URL(brig.url).port,
		},
		before: { mounts: read(`/proc/${pid}/mounts`) ?? "", descriptors: 0, memory: 0, parts: parts(brig.data) },
	};
	t.teardown(() => attack.watch.stop());
	// What the first executions open for good is no leak.
	for (const language of ["python", "typescript"]) await run(attack, "6 * 7", language);
	await quiet(attack);
	attack.before.descriptors = openDescriptors(pid);
	attack.before.memory = residentMb(pid);
	return attack;
}

/**
 * Every program of the group as a test, then what must hold for all of them together.
 * @param prepare what the programs of this group need to be there
 */
export async function attackGroup(
	t: Test,
	group: string,
	prepare?: (t: Test, attack: Attack) => Promise<void>,
): Promise<Attack> {
	const attack = await startAttack(t);
	if (prepare) await t.test("what they want is there", (t) => prepare(t as unknown as Test, attack));
	for (const program of readPrograms(group)) {
		const name = `${program.file}: ${program.wants}`;
		const skip = program.needs === "cgroups" && !CGROUPS ? "needs cgroups" : false;
		await t.test(name, { skip }, async (t) => {
			t.setTimeout(60_000);
			attack.watch.timing = CGROUPS || !program.mayDelay;
			for (let time = 0; time < program.times; time++)
				await judge(t, attack, program, await runProgram(attack, program));
			attack.watch.timing = true;
		});
	}
	await t.test("the server stayed well, and the means of looking were in order", async (t) => {
		await judgeGroup(t, attack);
	});
	return attack;
}

/** Sends a program as it stands in its file, as `execute` or as a hosted function. */
export async function runProgram(attack: Attack, program: Program): Promise<Reply> {
	const code = fill(program.code, attack.facts);
	if (!program.asFunction) return run(attack, code, program.language, program.timeoutMs);
	const path = "/v1/namespaces/default/functions/attack.main";
	const limits = program.timeoutMs ? { limits: { wall_ms: program.timeoutMs } } : {};
	const registration = JSON.stringify({ language: program.language, code, ...limits });
	await request(attack, "PUT", path, registration, attack.brig.adminKey);
	const reply = await request(attack, "POST", `${path}/call`, "{}");
	await request(attack, "DELETE", path, undefined, attack.brig.adminKey);
	return reply;
}

export function run(attack: Attack, code: string, language: string, timeout_ms?: number): Promise<Reply> {
	const body = JSON.stringify({ language, code, ...(timeout_ms ? { timeout_ms } : {}) });
	return request(attack, "POST", "/v1/namespaces/default/execute", body);
}

export async function request(
	{ brig }: Attack,
	method: string,
	path: string,
	body?: string,
	key = brig.runKey,
): Promise<Reply> {
	const answer = await fetch(brig.url + path, {
		method,
		headers: { authorization: `Bearer ${key}`, "content-type": "application/json", connection: "close" },
		...(body === undefined ? {} : { body }),
	});
	const text = await answer.text();
	const { id = "", status = "", error = null, result } = text ? JSON.parse(text) : {};
	return { http: answer.status, text, id, status, error, result };
}

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
	t.equal(read(`/proc/${pid}/mounts`), before.mounts, "the server's mounts are as before");
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
	t.ok(slowest < 100, `healthz: p99 ${slowest.toFixed(1)} ms of ${watch.delays.length}`);
	t.ok(watch.looks > 0, `the watch has looked at jailed processes ${watch.looks} times`);
	t.ok(watch.mostThreads <= MOST_THREADS, `at most ${watch.mostThreads} threads in a jail`);
	t.equal((await run(attack, "export default 6 * 7", "typescript")).result, 42);
	await host.listeners.visit();
	t.notOk(Object.values(host.listeners.visits()).includes(0), "the listeners would have noticed");
}

/** Waits until no jail is left and the descriptors are as before, but not for ever: what is left is then judged. */
async function quiet({ brig, before }: Attack): Promise<void> {
	const pid = brig.process.pid;
	const busy = () =>
		descendants(pid).length > 0 ||
		(before.descriptors > 0 && openDescriptors(pid) > before.descriptors) ||
		marked(brig.data, pid).length > 0;
	for (const end = Date.now() + GONE_MS; busy() && Date.now() < end; ) await Bun.sleep(20);
}

/** The addresses of this machine beside loopback. */
function hostAddresses(): string[] {
	return Object.values(networkInterfaces()).flatMap((addresses) =>
		(addresses ?? []).filter(({ internal }) => !internal).map(({ address }) => address),
	);
}

/** Names, sizes and times of what the server has unpacked and mounts into jails. */
function parts(data: string): string {
	const folder = join(data, "bin");
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.sort()
		.map((name) => {
			const { size, mtimeMs, mode, uid } = statSync(join(folder, name));
			return [name, size, mtimeMs, mode, uid].join(" ");
		})
		.join("\n");
}

async function ledgerRow({ brig }: Attack, id: string): Promise<{ status: string }> {
	const answer = await fetch(`${brig.url}/v1/namespaces/default/executions/${id}`, {
		headers: { authorization: `Bearer ${brig.adminKey}` },
	});
	return (await answer.json()) as { status: string };
}
