import t from "tap";
import { JailError } from "../../src/sandbox/jail-error.ts";
import { beforeStart, lateStart, reasonIn, spawnReason } from "../../src/sandbox/start-failure.ts";

const EXECUTING = "[I][2026-01-01T00:00:00+0000] Executing '/usr/bin/python3' for '[STANDALONE MODE]'\n";
const clone = (why: string) =>
	`[W][2026-01-01T00:00:00+0000][7] runChild():511 clone(flags=CLONE_NEWNS|CLONE_NEWUSER|CLONE_NEWPID) failed: ${why}\n[E][2026-01-01T00:00:00+0000][7] standaloneMode():274 Couldn't launch the child process\n`;
const inside = (words: string) =>
	`[E][2026-01-01T00:00:00+0000][1] ${words}\n[F][2026-01-01T00:00:00+0000][1] runChild():506 Launching child process failed\n`;

/** What nsjail 3.x, ld.so and Python wrote on machines that lacked something. */
const LOGS: [string, RegExp][] = [
	[clone("No space left on device"), /as many namespaces as it may|allows no new namespaces/],
	[clone("Resource temporarily unavailable"), /as many processes as it may: raise TasksMax= and LimitNPROC=/],
	[clone("Permission denied"), /forbids user namespaces/],
	[clone("Operation not permitted"), /refuses user namespaces to this server \(Operation not permitted\)/],
	[clone("Invalid argument"), /a kernel that has them/],
	[
		inside(
			"writeBufToFile():138 Couldn't write '18' bytes to file '/proc/27520/gid_map' (fd='12'): Operation not permitted",
		),
		/a user id of its own: .*\/etc\/subuid \(brig:START:65536\)/,
	],
	[inside("buildMountTree():302 mount('/', MS_REC|MS_PRIVATE): Permission denied"), /takes all rights/],
	[inside("initNs():37 sethostname('sandbox'): Operation not permitted"), /takes all rights/],
	[inside("initCloneNs():285 pivot_root('/run/r', '/run/r'): Permission denied"), /takes all rights/],
	[
		inside("containSetLimits():188 util::setrlimit(0, RLIMIT_NOFILE, 256): Operation not permitted"),
		/own limit LimitNOFILE is lower than the 256 .*: raise LimitNOFILE=/,
	],
	[
		inside("newProc():232 execve('/usr/bin/python3') failed: No such file or directory"),
		/there is no \/usr\/bin\/python3: .*apt-get install python3$/,
	],
	[
		inside("newProc():232 execve('/usr/bin/python3') failed: Exec format error"),
		/does not work \(Exec format error\)/,
	],
	[
		"nsjail: error while loading shared libraries: libstdc++.so.6: cannot open shared object file: No such file or directory\n",
		/library libstdc\+\+\.so\.6 is missing or broken: on Debian, apt-get install --reinstall libstdc\+\+6 zlib1g/,
	],
	[
		"nsjail: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by nsjail)\n",
		/lacks GLIBC_2\.34: brig needs glibc 2\.34/,
	],
	["prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER) failed: Invalid argument\n", /CONFIG_SECCOMP_FILTER/],
	[
		`${EXECUTING}Fatal Python error: init_fs_encoding: no codec\nPython runtime state: core initialized\nModuleNotFoundError: No module named 'encodings'\n`,
		/does not work \(Fatal Python error: init_fs_encoding: no codec\): install it again/,
	],
	[
		`${EXECUTING}[I][x] pid=4359 ([STANDALONE MODE]) exited with status: 1, (PIDs left: 0)\n`,
		/does not work \(exited with status: 1\)/,
	],
	[
		`${EXECUTING}[I][x] pid=4359 ([STANDALONE MODE]) terminated with signal: SIGKILL (9), (PIDs left: 0)\n`,
		/was killed while it started/,
	],
];

t.test("nsjail's words become a clause that says what mends it", async (t) => {
	for (const [log, reason] of LOGS) {
		t.match(reasonIn(log, false), reason, log);
		t.notMatch(reasonIn(log, false), /\n|\.$/, "it can stand inside a sentence");
	}
});

t.test("what nobody knows is left to the log", async (t) => {
	for (const log of [
		"",
		"[E][x] standaloneMode():274 Couldn't launch the child process\n",
		"ValueError: unrelated",
	])
		t.equal(reasonIn(log, false), null, log);
});

t.test("a jail that was attested is not Python's fault", async (t) => {
	const ended = `${EXECUTING}[I][x] pid=4359 ([STANDALONE MODE]) exited with status: 1, (PIDs left: 0)\n`;
	t.equal(reasonIn(ended, true), null);
	t.match(
		reasonIn(
			`${ended}Traceback (most recent call last):\nBlockingIOError: [Errno 11] Resource temporarily unavailable\n`,
			true,
		),
		/as many processes as it may/,
	);
});

t.test("what a broken Python says can't shape the sentence", async (t) => {
	const hostile = `${EXECUTING}FooError: \u001b[2J\u202e${"x".repeat(10_000)}\r\nFooError: 2\n`;
	const reason = reasonIn(hostile, false) ?? "";
	t.match(reason, /^\/usr\/bin\/python3 does not work \(FooError: {1,3}\[2J x+\): install/);
	t.ok(reason.length < 400);
});

t.test("the kernel's refusals to start nsjail are told apart", async (t) => {
	const reason = (code: string) => spawnReason(Object.assign(new Error(code), { code }), "/data/bin/nsjail");
	t.match(reason("EMFILE"), /raise LimitNOFILE=/);
	t.match(reason("ENFILE"), /fs\.file-max/);
	t.match(reason("EAGAIN"), /raise TasksMax=/);
	t.match(reason("ENOMEM"), /no memory/);
	t.match(reason("ENOENT"), /^\/data\/bin\/nsjail is gone: restart/);
	t.match(reason("EACCES"), /mounted noexec.*--data/);
	t.equal(reason("EIO"), null);
});

t.test(
	"what the server lacks before there is a jail is the jail's failure, and its own faults are not",
	async (t) => {
		const full = Object.assign(new Error("EMFILE: open '/sys/fs/cgroup/x'"), { code: "EMFILE" });
		t.match(beforeStart(full), { name: "JailError", message: full.message, reason: /raise LimitNOFILE=/ });
		for (const other of [new TypeError("a bug"), new JailError("no jail"), "nothing"])
			t.equal(beforeStart(other), other);
	},
);

t.test("a start that takes too long has a reason too", async (t) => {
	t.match(lateStart(10_000), {
		name: "JailError",
		reason: /not ready within 10 s: the machine is overloaded/,
	});
});
