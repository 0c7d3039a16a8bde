import { statSync } from "node:fs";
import t from "tap";
import { functions, Jail, run } from "./harness.ts";

t.test("PID 1 attests what it sees of its confinement", async (t) => {
	const jail = new Jail();
	const facts = await jail.ready();
	const words = "CapAmb CapBnd CapEff CapInh CapPrm Gid Groups NoNewPrivs Seccomp Seccomp_filters Uid";
	t.equal(Object.keys(facts.status).sort().join(" "), words);
	t.match(facts, { op: "attest", uid_map: /\d/, gid_map: /\d/, hostname: /./, cwd: "/tmp", dumpable: false });
	t.match(facts.setgroups, /^(allow|deny)$/);
	t.equal(facts.pid, jail.process.pid);
	t.same(facts.fds, { 0: "null", 1: "socket", 2: "socket", 3: "socket", 4: "socket" });
	t.same(Object.keys(facts.namespaces).sort(), ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"]);
	t.match(facts.namespaces.pid, /^pid:\[\d+\]$/);
	const limits = "AS CORE CPU DATA FSIZE MEMLOCK MSGQUEUE NOFILE NPROC RTPRIO STACK";
	t.equal(Object.keys(facts.limits).sort().join(" "), limits);
	for (const [name, limit] of Object.entries(facts.limits)) t.match(limit, [Number, Number], name);
	const root = facts.mounts.findLast(({ target }: { target: string }) => target === "/");
	const { dev, ino } = statSync("/", { bigint: true });
	t.match(root, { options: /^r[ow]/, shared: String, type: /^\w/, super: /^r[ow]/, file: `${dev}:${ino}` });
	await jail.kill();
});

t.test("PID 1 tells how the runner ended", async (t) => {
	t.match((await run("1")).end, { op: "end", exit: 0, signal: null, cpu_ms: Number, peak_memory_mb: Number });
	t.match((await run("import os\nos._exit(7)")).end, { exit: 7, signal: null });
	t.match((await run("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")).end, {
		exit: null,
		signal: 9,
	});
	t.match((await run("import os\nos.abort()")).end, { exit: null, signal: 6 });
	t.ok((await run("x = 'x' * 50_000_000\ny = sum(range(3_000_000))")).end.peak_memory_mb > 50);
});

t.test("PID 1 leaves at once when the server is gone, and the runner too", async (t) => {
	const jail = new Jail();
	await jail.ready();
	await jail.control.close();
	t.equal(await jail.process.exited, 0);
	await jail.runner.close();
});

t.test("PID 1 starts any other runner, with the runner's descriptor and without its own", async (t) => {
	const jail = new Jail([
		"exec",
		"/usr/bin/python3",
		"-I",
		"-c",
		"import os; print(os.listdir('/proc/self/fd')); os.write(3, b'x' * 8); raise SystemExit(5)",
	]);
	t.equal((await jail.control.frame())?.header.op, "attest");
	t.match((await jail.control.frame())?.header, { op: "end", exit: 5 });
	t.equal(await jail.stdout.text(), "['0', '1', '2', '3', '4']\n", "4 is the listing's own");
	const missing = new Jail(["exec", "/nowhere"]);
	await missing.control.frame();
	t.match((await missing.control.frame())?.header, { op: "end", exit: 70 });
	t.match(await missing.stderr.text(), /FileNotFoundError/);
});

t.test("signals from the user's code neither stop nor confuse PID 1", async (t) => {
	const ran = await run(
		"import os, signal, time\nfor _ in range(200): os.kill(os.getppid(), signal.SIGCHLD)\nprint('on')\n5",
	);
	t.match(ran, { value: 5, stdout: "on\n", end: { exit: 0 } });
});

t.test("the user's code has neither PID 1's descriptor nor its memory", async (t) => {
	const ran = await run("import os\nos.listdir('/proc/self/fd')");
	t.same(ran.value.sort().slice(0, 4), ["0", "1", "2", "3"]);
	const held = await run("import os\nos.write(4, b'x')");
	t.match(held.error, { type: "OSError", message: /Bad file descriptor/ });
});

t.test("what was printed is there, without newline and after a hard end", async (t) => {
	t.equal((await run("import os\nprint('partial', end='')\nos._exit(1)")).stdout, "partial");
	t.equal(
		(await run("import os, signal\nprint('a')\nprint('b', end='')\nos.kill(os.getpid(), signal.SIGKILL)"))
			.stdout,
		"a\nb",
	);
	t.match(await run("import sys\nprint('é€😀\\ud800')\nprint('err', file=sys.stderr)"), {
		stdout: "é€😀\\ud800\n",
		stderr: "err\n",
	});
	t.equal(
		(
			await run(
				"import io, sys\nsys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')\nprint('wrapped')",
			)
		).stdout,
		"wrapped\n",
	);
	t.equal((await run("import atexit\natexit.register(print, 'bye')\nprint('hi')")).stdout, "hi\nbye\n");
	t.equal((await run("import sys\nsys.stdout.buffer.write(b'raw')\n1")).stdout, "raw");
});

t.test("code that breaks its own interpreter still gets its result", async (t) => {
	const vandals = [
		"import sys\nsys.stdout.close()\nsys.stderr = None",
		"import sys\ndel sys.stdout, sys.stderr",
		"import json\njson.dumps = json.loads = json.JSONEncoder = json.JSONDecoder = None",
		"import os\nos.write = os.read = os.close = os._exit = None",
		"import time\ntime.time = time.monotonic = None",
		"import builtins\nfor n in ('len', 'str', 'isinstance', 'type', 'print', 'enumerate', 'issubclass', 'getattr', 'open', '__import__'): delattr(builtins, n)",
		"import sys\nsys.modules.clear()",
		"import sys\nsys.meta_path.clear(); sys.path.clear()",
		"import sys\nsys.setrecursionlimit(60)",
		"import sys\nsys.settrace(lambda *a: 1/0)",
		"import sys\nsys.setprofile(lambda *a: None)",
		"import sys\nsys.excepthook = sys.exit = None",
		"import threading\nthreading.Lock = threading.enumerate = None",
		"open_files = []\ntry:\n    while True: open_files.append(open('/dev/null'))\nexcept OSError: pass",
		"import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.01)\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)",
		"import gc\ngc.disable(); gc.set_threshold(1)",
		"class E(BaseException): pass\nimport atexit\natexit.register(lambda: 1/0)",
		"globals().clear()\nresult = 1",
	];
	for (const code of vandals) {
		const ran = await run(`${code}\nresult = {"a": [1, "x", 1.5, None]}`);
		t.same(ran.value, { a: [1, "x", 1.5, null] }, `${code} ${JSON.stringify(ran.error)} ${ran.stderr}`);
		const failed = await run(`${code}\nraise ValueError("told")`);
		t.match(failed.error, { message: "told" }, code);
	}
});

t.test("closing descriptor 3 ends the run without a result", async (t) => {
	const ran = await run("import os\nos.close(3)\nprint('x')");
	t.equal(ran.header, undefined);
	t.equal(ran.stdout, "x\n");
	t.not(ran.end.exit, 0);
});

t.test("a forked child can neither call functions nor send a result", async (t) => {
	const ran = await run(`from functions import orders
import os, sys
pid = os.fork()
if pid == 0:
    try:
        orders.echo(a=1)
    except RuntimeError as e:
        print(e)
        sys.stdout.flush()
else:
    os.waitpid(pid, 0)
[pid > 0, orders.echo(a=2)]`);
	t.match(ran.stdout, /from the main process only/);
	t.same(ran.value, [true, { a: 2 }]);
	const failing = await run(
		"import os\npid = os.fork()\nif pid == 0:\n    raise ValueError('in the child')\n[os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])]",
	);
	t.same(failing.value, [1]);
	t.match(failing.stderr, /ValueError: in the child/);
	t.same(
		(
			await run(
				"import multiprocessing as m\ndef f(x): return x * 2\nwith m.get_context('fork').Pool(2) as p:\n    result = p.map(f, [1, 2])",
			)
		).value,
		[2, 4],
	);
	t.equal(
		(
			await run(
				"import subprocess\nsubprocess.run(['ls', '/proc/self/fd'], capture_output=True, text=True).stdout",
			)
		).value,
		"0\n1\n2\n3\n",
	);
});

t.test("threads end in time for their work to count, and those that do not are named", async (t) => {
	const ran = await run(
		"import threading, time\nresult = []\ndef work():\n    time.sleep(0.2)\n    print('done')\n    result.append(1)\nthreading.Thread(target=work).start()",
	);
	t.match(ran, { value: [1], stdout: "done\n", header: { warnings: [] } });
	const left = await run(
		"import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\n3",
	);
	t.match(left, { value: 3, header: { warnings: [/^1 thread was still running/] } });
	t.same(
		(
			await run(
				"import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n3",
			)
		).header.warnings,
		[],
	);
	const pool = await run(
		"from concurrent.futures import ThreadPoolExecutor\np = ThreadPoolExecutor(2)\np.submit(abs, -1).result()",
	);
	t.same(pool.header.warnings, []);
});

t.test("the virtual module survives threads that call while another thread reads", async (t) => {
	const ran = await run(
		`from functions import orders
import threading
seen = []
def work(n):
    for i in range(20): seen.append(orders.echo(n=n, i=i)["i"])
threads = [threading.Thread(target=work, args=(n,)) for n in range(10)]
for thread in threads: thread.start()
for thread in threads: thread.join()
[len(seen), sum(seen)]`,
		{ answer: functions },
	);
	t.same(ran.value, [200, 1900]);
});
