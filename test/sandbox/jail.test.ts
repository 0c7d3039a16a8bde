import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { withoutCgroups } from "../../src/sandbox/cgroup.ts";
import type { Frame } from "../../src/sandbox/frames.ts";
import type { Jail } from "../../src/sandbox/jail.ts";
import { processTree } from "../../src/sandbox/measure.ts";
import { Pool } from "../../src/sandbox/pool.ts";
import { Sandboxes, type SandboxesOptions } from "../../src/sandbox/sandboxes.ts";
import { isAlive, LIMITS, makeParts, noJails, processesOf, until } from "./real.ts";

interface Test {
	teardown(action: () => unknown): unknown;
}

/** Sandboxes of this test's own, with `change` made to the parts; everything is ended with the test. */
async function start(
	t: Test,
	change: (parts: Awaited<ReturnType<typeof makeParts>>["parts"]) => object = () => ({}),
	more: Partial<SandboxesOptions> = {},
) {
	const { parts, folder } = await makeParts(t);
	return startWith(t, { parts: { ...parts, ...change(parts) }, folder }, more);
}

/** Sandboxes on these parts. */
function startWith(
	t: Test,
	{ parts, folder }: Awaited<ReturnType<typeof makeParts>>,
	more: Partial<SandboxesOptions> = {},
) {
	const logged: string[] = [];
	const starts: [language: string, result: string, ms: number][] = [];
	const sandboxes = new Sandboxes({
		parts,
		folder: join(folder, "run"),
		cgroups: withoutCgroups,
		warm: 0,
		usual: LIMITS,
		several: () => false,
		log: (event, { faults, reason } = {}) => logged.push(`${event}: ${faults ?? reason}`),
		started: (...start) => starts.push(start),
		...more,
	});
	t.teardown(() => sandboxes.close());
	return { sandboxes, parts, folder, logged, starts };
}

const request = {
	owner: 1,
	language: "python" as const,
	limits: LIMITS,
	bodyBytes: 100_000,
	outputBytes: 1_000,
};

/** Runs a program in a jail; its first frame. */
function run(jail: Jail, code: string): Promise<Frame> {
	return new Promise((resolve) => {
		jail.onFrame = resolve;
		jail.send({ op: "run", services: [], result_limit: 1_000, depth_limit: 200 }, code);
	});
}

t.test(
	"a jail is started, runs one program, is measured, and leaves nothing",
	{ skip: noJails },
	async (t) => {
		const { sandboxes, folder } = await start(t);
		const jail = await sandboxes.lease(request);
		const [nsjail = 0] = processesOf(folder);
		const tree = processTree(nsjail);
		t.equal(tree.length, 3, "nsjail, PID 1, the runner");
		t.match(readFileSync(`/proc/${tree[2]}/status`, "utf8"), /^Seccomp:\s+2$/m);

		const frame = await run(
			jail,
			"import os\nprint('hello')\nx = sum(range(2_000_000))\nreturn [os.getpid() > 1, x]",
		);
		t.match(frame.header, { op: "result", ok: true });
		t.same(JSON.parse(Buffer.from(frame.body).toString()), [true, 1999999000000]);
		jail.drainOutput();
		t.equal(jail.stdout.text(), "hello\n");
		const used = jail.measure();
		t.ok(used && used.peak_memory_mb > 5 && used.peak_memory_mb < 250, JSON.stringify(used));

		await jail.destroy();
		await jail.destroy();
		t.equal(jail.over, true);
		await until("every process of the jail is gone", () => !tree.some(isAlive));
		t.same(processesOf(folder), []);
	},
);

t.test("how a program ended is PID 1's word, not the program's", { skip: noJails }, async (t) => {
	const { sandboxes } = await start(t);
	const endings: [string, object][] = [
		["import os\nos._exit(7)", { kind: "exit", code: 7 }],
		["import os\nos.kill(os.getpid(), 9)", { kind: "signal", signal: 9 }],
		["import os\nos.write(3, b'x' * 100)", { kind: "protocol" }],
		[
			"import socket, time\nsocket.socket(fileno=3).shutdown(socket.SHUT_RDWR)\ntime.sleep(20)",
			{ kind: "protocol", message: /closed/ },
		],
		[
			"import os, socket\nsocket.socket(fileno=3).shutdown(socket.SHUT_RDWR)\nos._exit(7)",
			{ kind: "exit", code: 7 },
		],
		[
			"import os\nos.write(3, (2).to_bytes(4, 'big') + (100_001).to_bytes(4, 'big') + b'{}')",
			{ kind: "protocol", message: /a body of 100001 bytes/ },
		],
	];
	for (const [code, ending] of endings) {
		const jail = await sandboxes.lease(request);
		jail.send({ op: "run", services: [], result_limit: 1_000, depth_limit: 200 }, code);
		t.match(await jail.ended, ending, code);
	}
});

t.test("a jail whose nsjail is killed is gone, with all that was in it", { skip: noJails }, async (t) => {
	const { sandboxes, folder } = await start(t);
	const jail = await sandboxes.lease(request);
	const [nsjail = 0] = processesOf(folder);
	const tree = processTree(nsjail);
	process.kill(nsjail, "SIGKILL");
	t.same(await jail.ended, { kind: "gone" });
	await until("every process of the jail is gone", () => !tree.some(isAlive));
});

/**
 * An nsjail that changes its configuration by a sed script and adds options: the jail differs from what was asked for.
 * While the file beside it named `.honest` exists it changes nothing.
 */
function widened(nsjail: string, change: string, options = ""): string {
	const script = `${nsjail}-wide`;
	const lines = [
		"#!/bin/sh",
		`test -e '${script}.honest' && exec '${nsjail}' "$@"`,
		"config=$2",
		"shift 2",
		`sed -e '${change}' "$config" > "$config.wide"`,
		`exec '${nsjail}' -C "$config.wide" ${options} "$@"`,
	];
	writeFileSync(script, `${lines.join("\n")}\n`);
	chmodSync(script, 0o755);
	return script;
}

/** What is changed in the configuration or added to the options, and the fault that names it. */
const WIDER: [change: string, options: string, fault: RegExp][] = [
	["", "--hostname elsewhere", /^attestation_failed: hostname is elsewhere, not sandbox$/],
	["", "--rlimit_nofile 1000", /: NOFILE is 1000 1000, not 256 256$/],
	["", "--disable_clone_newnet", /: namespace net is the host's$/],
	["", "--disable_clone_newipc", /: namespace ipc is the host's$/],
	["", "--disable_clone_newcgroup", /: namespace cgroup is the host's$/],
	["", "--bindmount_ro /usr/share/doc", /: mount \/usr\/share\/doc was not asked for$/],
	["", "--tmpfsmount /mnt", /: mount \/mnt was not asked for$/],
	["", "--cap CAP_NET_RAW", /; CapEff is 0000000000002000/],
	["/^seccomp_policy_file/d", "--disable_no_new_privs", /: NoNewPrivs is 0, not 1; Seccomp is 0/],
	["", "--cwd /tmp", /: folder is \/tmp, not \/work$/],
	[
		"",
		"--user 0:1899999999:1",
		/: Uid is 0 0 0 0, .*; uid_map is 0 1899999999 1 1000 \d+ 1, not 1000 \d+ 1$/,
	],
	["/^seccomp_policy_file/d", "", /: Seccomp is 0, not 2; Seccomp_filters is 0, not 1$/],
	["s/^rlimit_core: 1/rlimit_core: 0/", "", /: CORE is 0 0, not 1 1$/],
	["s/^rlimit_fsize_type: INF/rlimit_fsize: 64/", "", /: FSIZE is 67108864 67108864, not -1 -1$/],
	["s/^rlimit_nproc: .*/rlimit_nproc: 500/", "", /: NPROC is 500 500, not 66 66$/],
	["/^pass_fd: 7/d", "", /: descriptors is 0 null, .*, 4 socket, not/],
	["s/,nr_inodes=4096//", "", /: mount \/tmp lacks nr_inodes=4096; mount \/work lacks nr_inodes=4096$/],
	["s/size=64m/size=1024m/", "", /: mount \/tmp lacks size=65536k; mount \/work lacks size=65536k$/],
	["s/,hidepid=invisible//", "", /: mount \/proc lacks hidepid=invisible$/],
	['/dst: "\\/usr\\/lib"/s/nosuid: true/nosuid: false/', "", /: mount \/usr\/lib lacks nosuid$/],
	['/dst: "\\/brig"/s/rw: false/rw: true/', "", /: mount \/brig lacks ro$/],
	['s/src: "\\/usr\\/share\\/zoneinfo"/src: "\\/etc"/', "", /: the file at mount \/usr\/share\/zoneinfo is /],
	[
		"s/is_bind: true rw: false \\(.*\\)noexec: true/is_bind: true rw: false \\1/",
		"",
		/: mount \/dev\/null lacks noexec; /,
	],
];

t.test("a jail that is not confined as asked is refused, logged and ended", { skip: noJails }, async (t) => {
	const { parts, folder } = await makeParts(t);
	for (const [change, options, fault] of WIDER) {
		const nsjail = widened(parts.nsjail, change, options);
		const { sandboxes, logged, starts } = startWith(t, { parts: { ...parts, nsjail }, folder });
		await t.rejects(
			sandboxes.lease(request),
			{ name: "JailError", message: /^the jail is not confined as asked: / },
			change || options,
		);
		t.match(logged, [fault, /^unhealthy: /], change || options);
		t.match(starts, [["python", "not_confined", Number]]);
		t.equal(sandboxes.health, "sandbox_failed");
		t.equal(sandboxes.alive, 0);
		t.same(processesOf(folder), [], "nothing of it is left");
		await sandboxes.close();
	}
});

t.test(
	"three jails in a row that are not as asked are their own reason, until one is as asked",
	{ skip: noJails },
	async (t) => {
		const { parts, folder } = await makeParts(t);
		const nsjail = widened(parts.nsjail, "/^seccomp_policy_file/d");
		const { sandboxes, logged, starts } = startWith(t, { parts: { ...parts, nsjail }, folder });
		const words: string[] = [];
		for (let count = 0; count < 4; count++) {
			await t.rejects(sandboxes.lease(request), { message: /Seccomp is 0/ });
			words.push(sandboxes.health);
		}
		t.same(words, ["sandbox_failed", "sandbox_failed", "not_confined", "not_confined"]);
		await sandboxes.probe();
		t.equal(sandboxes.health, "not_confined", "a probe is held to the same");

		writeFileSync(`${nsjail}.honest`, "");
		const jail = await sandboxes.lease(request);
		t.match(await run(jail, "return 6 * 7"), { header: { ok: true } });
		t.equal(sandboxes.health, "ok");
		t.same(
			logged.map((line) => line.replace(/:.*/, "")),
			[
				"attestation_failed",
				"unhealthy",
				"attestation_failed",
				"attestation_failed",
				"unhealthy",
				"attestation_failed",
				"attestation_failed",
				"healthy",
			],
		);
		t.same(
			starts.map(([, result]) => result),
			[...Array(5).fill("not_confined"), "ok"],
		);
		rmSync(`${nsjail}.honest`);
		await t.rejects(sandboxes.lease(request));
		t.equal(sandboxes.health, "sandbox_failed", "the count begins anew");
		await jail.destroy();
		t.same(processesOf(folder), []);
	},
);

t.test("where nothing is started for a while, one is tried now and then", { skip: noJails }, async (t) => {
	const { sandboxes, folder, starts } = await start(t);
	sandboxes.watch(50);
	await until("it was tried three times", () => starts.length >= 3);
	t.ok(starts.every(([language, result]) => language === "python" && result === "ok"));
	await sandboxes.close();
	const count = starts.length;
	await Bun.sleep(200);
	t.equal(starts.length, count, "never after the end");
	t.same(processesOf(folder), []);
});

t.test("a start that succeeds makes unhealthy sandboxes healthy again", { skip: noJails }, async (t) => {
	const { sandboxes } = await start(t);
	await t.rejects(sandboxes.lease({ ...request, limits: { ...LIMITS, open_files: 0.5 } }), {
		name: "JailError",
	});
	t.equal(sandboxes.health, "sandbox_failed");
	await (await sandboxes.lease(request)).destroy();
	t.equal(sandboxes.health, "ok");
});

t.test("a machine where jails can't start says why, and no process is left", { skip: noJails }, async (t) => {
	const missing = await start(t, () => ({ nsjail: "/no/such/nsjail" }));
	await t.rejects(missing.sandboxes.lease(request), {
		name: "JailError",
		message: /^nsjail does not start: /,
	});
	const policy = await start(t, () => ({ policies: { python: "/no/policy", typescript: "/no/policy" } }));
	await t.rejects(policy.sandboxes.lease(request), {
		name: "JailError",
		message: /^the jail ended at its start .*\/no\/policy/s,
	});
	const inside = await start(t, (parts) => ({ inside: `${parts.inside}/none` }));
	await t.rejects(inside.sandboxes.lease(request), { name: "JailError" });
	const wrong = await start(t, () => ({ nsjail: "/bin/true" }));
	await t.rejects(wrong.sandboxes.lease(request), { name: "JailError", message: /it said nothing$/ });
	for (const { folder, sandboxes } of [missing, policy, inside, wrong]) {
		t.equal(sandboxes.health, "sandbox_failed");
		t.same(processesOf(folder), []);
	}
});

t.test("of jails that wait, those that are to stay are not taken", { skip: noJails }, async (t) => {
	const { sandboxes } = await start(t);
	const pool = new Pool(2, () => true);
	let started = 0;
	pool.keep("python", async () => {
		const jail = await sandboxes.lease(request);
		started++;
		return jail;
	});
	await until("both wait", () => started === 2);
	await Bun.sleep(0);
	t.equal(pool.take("python", 2), null);
	t.ok(pool.take("python", 1));
	t.equal(pool.take("python", 1), null);
	t.ok(pool.take("python", 0));
	t.equal(pool.take("python", 0), null);
	pool.close();
});

t.test(
	"a pool fills up again after a start that failed or a jail that died waiting, though nobody asks",
	{ skip: noJails },
	async (t) => {
		const { sandboxes } = await start(t);
		const pool = new Pool(1, () => true, 100);
		t.teardown(() => pool.close());
		const made: Jail[] = [];
		let starts = 0;
		pool.keep("python", async () => {
			if (++starts === 1) throw new Error("the first one fails");
			made.push(await sandboxes.lease(request));
			return made.at(-1) as Jail;
		});
		await until("one waits", () => made.length === 1);
		await made[0]?.destroy();
		await until("another waits", () => made.length === 2);
		t.equal(starts, 3);
		t.equal(pool.take("python", 0), made[1]);
	},
);

t.test(
	"an owner among several leaves memory to the others, and gets it back",
	{ skip: noJails },
	async (t) => {
		const cgroups = { ...withoutCgroups, memoryMb: 4 * LIMITS.memory_mb };
		const { sandboxes, logged } = await start(t, () => ({}), { cgroups, several: () => true });
		const held = await Promise.all([1, 2, 3].map(() => sandboxes.lease(request)));
		await t.rejects(sandboxes.lease(request), { message: /share of the memory$/ });
		await sandboxes.lease({ ...request, owner: 2 });
		t.equal(sandboxes.health, "ok", "nothing has failed");
		t.same(logged, []);
		const waiting = sandboxes.lease(request);
		await held[0]?.destroy();
		t.notOk((await waiting).over, "who waits gets what comes free");
	},
);

t.test(
	"closing ends every jail, also one that is starting, and no new one starts",
	{ skip: noJails },
	async (t) => {
		const { sandboxes, folder } = await start(t);
		const jails = await Promise.all([sandboxes.lease(request), sandboxes.lease(request)]);
		const starting = sandboxes.lease(request).catch(() => null);
		await sandboxes.close();
		await starting;
		t.ok(jails.every((jail) => jail.over));
		t.same(processesOf(folder), []);
		await t.rejects(sandboxes.lease(request), { message: "the server is stopping" });
	},
);
