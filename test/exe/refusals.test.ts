import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { makeDataFolder, startBrig } from "../server.ts";
import { brigCommand, execute, LIMITS } from "./support.ts";

t.test("a second server on one data folder is refused with the number of the first", async (t) => {
	const first = await startBrig(t);
	const second = await brigCommand([
		"serve",
		"--data",
		first.data,
		"--listen",
		"127.0.0.1:0",
		"--without-cgroups",
	]);
	t.equal(second.code, 1);
	t.match(second.stderr, `already in use by process ${first.process.pid}`);
	t.equal(second.stdout, "");
	t.match(await execute(first, "python", "return 1"), { body: { status: "ok" } }, "the first goes on");
	t.ok(existsSync(join(first.data, "brig.sock")));
	await first.stop();
	const third = await startBrig(t, { data: first.data });
	t.not(third.process.pid, first.process.pid);
});

/** True where this very process may divide its control group. */
const controllers = "/sys/fs/cgroup/cgroup.controllers";
const isDelegated = Boolean(process.env.BRIG_TEST_SCOPE);

t.test(
	"without control groups it does not start, and says how it would",
	{
		skip: isDelegated && "control groups are delegated here",
	},
	async (t) => {
		const { code, stderr, stdout } = await brigCommand([
			"serve",
			"--data",
			makeDataFolder(t),
			"--listen",
			"127.0.0.1:0",
		]);
		t.same([code, stdout], [1, ""]);
		t.match(stderr, "--without-cgroups");
		if (existsSync(controllers) && readFileSync(controllers, "utf8").includes("memory"))
			t.match(stderr, /systemd-run --scope -p 'Delegate=cpu memory pids' \S*brig serve --data /);
		else t.match(stderr, /has no control groups .*systemd\.unified_cgroup_hierarchy=1/s);
	},
);

const MISUSES: [string[], RegExp][] = [
	[["--listen", "0.0.0.0:0"], /--plain-http/],
	[["--listen", "[::]:0"], /--plain-http/],
	[["--listen", "nonsense"], /^brig: The setting listen .*HOST:PORT/],
	[["--concurrency", "0"], /concurrency/],
	[["--no-such-option"], /--no-such-option/],
	[["--data"], /--data/],
	[["extra"], /extra/],
];

t.test("a misused command line exits 2, says what is wrong and makes nothing", async (t) => {
	const data = join(makeDataFolder(t), "data");
	for (const [args, message] of MISUSES) {
		const { code, stderr, stdout } = await brigCommand(["serve", ...args], { env: { BRIG_DATA: data } });
		t.same([code, stdout], [2, ""], args.join(" "));
		t.match(stderr, message, args.join(" "));
		t.notMatch(stderr, /\n\s+at /, "no stack trace");
		t.notOk(existsSync(data), "nothing was made");
	}
	for (const args of [["nonsense"], ["--nonsense"]])
		t.equal((await brigCommand(args)).code, 2, args.join(" "));
});

t.test("behind a proxy of one's own it may listen everywhere", async (t) => {
	const brig = await startBrig(t, { args: ["--listen", "0.0.0.0:0", "--plain-http"] });
	t.match(brig.url, /^http:\/\/0\.0\.0\.0:\d+$/);
	const own = brig.url.replace("0.0.0.0", "127.0.0.1");
	t.equal((await fetch(`${own}/healthz`)).status, 200);
});

t.test("an address that is taken is one sentence", async (t) => {
	const { url } = await startBrig(t);
	const listen = url.slice("http://".length);
	const { code, stderr } = await brigCommand([
		"serve",
		"--data",
		makeDataFolder(t),
		"--listen",
		listen,
		...LIMITS,
	]);
	t.equal(code, 1);
	t.match(stderr, `brig: Listening on ${listen} failed: `);
	t.match(stderr, "--listen");
});
