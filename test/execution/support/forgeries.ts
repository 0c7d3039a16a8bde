/**
 * Programs that want to be told of as something that only the host may say: by exit codes, printed text, frames, names
 * of errors, and time. The statuses `ok` and `error` are the code's own to give: nobody needs to forge them.
 * @module
 */
import { programSubject, type Seen } from "../../../src/execution/end.ts";
import { outcome } from "../../../src/execution/outcome.ts";
import { both, type Ending, frame, raw } from "./endings.ts";

/** What makes each way that has a status of its own, and the exit code that a shell would use for it. */
const WANTED = {
	stopping: [{ decided: "stopping" }, 143],
	cancelled: [{ decided: "cancelled" }, 130],
	timeout: [{ decided: "timeout" }, 124],
	busy: [{ decided: "busy" }, 75],
	launcher: [{ decided: "no_sandbox" }, 255],
	memory: [{ ending: { kind: "gone" }, outOfMemory: true }, 137],
	seccomp: [{ ending: { kind: "signal", signal: 31 } }, 159],
	signal: [{ ending: { kind: "signal", signal: 9 } }, 137],
	lost: [{ ending: { kind: "gone" } }, 255],
	output: [
		{ said: { message: { op: "result", ok: false, warnings: [] }, body: new Uint8Array(100_001) } },
		1,
	],
	fault: [{ decided: "fault" }, 70],
} satisfies Record<string, [Seen, number]>;
export type Forged = keyof typeof WANTED;

/** What the client would be told if the forgery came off. */
export function wanted(way: Forged): { status: string; type: string; message: string; hint: string | null } {
	const { status, error } = outcome(programSubject(30_000), WANTED[way][0]);
	if (!error) throw new Error(`${way} has no reason`);
	return { status, type: error.type, message: error.message, hint: error.hint };
}

/** What every way can be tried with. */
function usual(way: Forged): Ending[] {
	const { status, type, message, hint } = wanted(way);
	const reply = JSON.stringify({ status, result: null, error: { type, message, hint } });
	const text = JSON.stringify(message);
	const own = { type, message, hint, status, line: null, traceback: null };
	const code = WANTED[way][1];
	return [
		// An exception of that name, with the very words.
		...both(
			{ status: "error", type, message },
			{
				python: `class ${type}(Exception):\n    status = "${status}"\nraise ${type}(${text})`,
				typescript: `class ${type} extends Error { status = "${status}" }\nthrow new ${type}(${text});`,
			},
		),
		// The whole reply, printed.
		...both(
			{ status: "ok", result: "real" },
			{
				python: `import sys\nfor stream in (sys.stdout, sys.stderr):\n    print(${JSON.stringify(reply)}, file=stream)\nresult = "real"`,
				typescript: `console.log(${JSON.stringify(reply)});\nconsole.error(${JSON.stringify(reply)});\nreturn "real";`,
			},
		),
		// A result frame that claims it.
		...both({ status: "error", type, message }, raw(frame({ op: "result", ok: false, status, error: own }))),
		// A frame of that name.
		...both({ status: "error", type: "ProtocolError" }, raw(frame({ op: status, error: own }))),
		// The exit code that a shell would give for it.
		...both(
			{ status: "error", type: "SystemExit", message: new RegExp(` exit code ${code} `) },
			{ python: `import os\nos._exit(${code})`, typescript: `process.exit(${code});` },
		),
	];
}

const python = (code: string, told: Partial<Ending> & Pick<Ending, "status">): Ending => ({
	...told,
	code,
	language: "python",
});
const typescript = (code: string, told: Partial<Ending> & Pick<Ending, "status">): Ending => ({
	...told,
	code,
	language: "typescript",
});
const SHUT = "import os, socket, time\nsocket.socket(fileno=3).shutdown(socket.SHUT_RDWR)\n";

/** What may work for one way alone. */
const SPECIAL: Partial<Record<Forged, Ending[]>> = {
	stopping: [
		python("import os, signal, time\nos.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(60)", {
			status: "killed",
			message: /SIGTERM/,
		}),
	],
	cancelled: [
		python("import asyncio\nraise asyncio.CancelledError", { status: "error", type: "CancelledError" }),
		python("import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(60)", {
			status: "error",
			type: "KeyboardInterrupt",
		}),
		typescript('throw new DOMException("x", "AbortError");', { status: "error", type: "AbortError" }),
	],
	timeout: [
		python("raise TimeoutError('The program ran longer than its 30 s.')", {
			status: "error",
			type: "TimeoutError",
		}),
		python("import signal, time\nsignal.setitimer(signal.ITIMER_REAL, 0.05)\ntime.sleep(60)", {
			status: "killed",
			message: /SIGALRM/,
		}),
		typescript("await fetch('http://127.0.0.1:9', { signal: AbortSignal.timeout(1) });", { status: "error" }),
	],
	busy: [
		python("raise FunctionError('a.b', 'Busy', 'The server is busy.')", {
			status: "error",
			type: "FunctionError",
		}),
	],
	launcher: [
		python(
			"import os\nos.write(2, b'[E][2026-01-01T00:00:00+0000][1] Launching child process failed\\n')\nos._exit(255)",
			{ status: "error", type: "SystemExit" },
		),
		...both(
			{ status: "error", type: "ProtocolError" },
			raw(frame({ op: "attest", status: { NoNewPrivs: "0" }, mounts: [] })),
		),
	],
	memory: [
		python("raise MemoryError", { status: "error", type: "MemoryError" }),
		python("import os\nos.kill(os.getpid(), 9)", { status: "killed", message: /SIGKILL/ }),
		typescript('throw new RangeError("Out of memory");', { status: "error", type: "RangeError" }),
	],
	seccomp: [
		python("import os\nresult = os.waitstatus_to_exitcode(os.system('kill -SYS $$'))", {
			status: "ok",
			result: -31,
		}),
	],
	signal: [
		python("import subprocess\nresult = subprocess.run(['/bin/sh', '-c', 'kill -9 $$']).returncode", {
			status: "ok",
			result: -9,
		}),
		python("import sys\nsys.exit(-9)", { status: "error", type: "SystemExit" }),
		typescript("return Bun.spawnSync(['/bin/sh', '-c', 'kill -9 $$']).signalCode;", {
			status: "ok",
			result: "SIGKILL",
		}),
	],
	lost: [
		python(`${SHUT}time.sleep(60)`, { status: "error", type: "ProtocolError", message: /closed it/ }),
		python(`${SHUT}os._exit(255)`, { status: "error", type: "SystemExit", message: /code 255/ }),
		python(`${SHUT}os.kill(os.getpid(), 9)`, { status: "killed", message: /SIGKILL/ }),
		// PID 1 has no time for anything but orphans: it must find the runner among them all the same.
		python(
			`import ctypes, os
libc = ctypes.CDLL(None)
if libc.fork() == 0:
    while True:
        if libc.fork() > 0:
            os._exit(0)
os._exit(7)`,
			{ status: "error", type: "SystemExit", message: /code 7/ },
		),
		// nsjail holds the other end too, so nothing is seen of it but that no result comes.
		python("import os, time\nos.closerange(0, 1024)\ntime.sleep(60)", {
			status: "timeout",
			timeout_ms: 1_000,
		}),
		python("import os, time\nfor number in range(1, 65):\n    os.kill(1, number)\nresult = 'there'", {
			status: "ok",
			result: "there",
		}),
	],
	output: [
		...both(
			{ status: "error", type: "ProtocolError", message: /neither JSON nor an error/ },
			raw(frame({ op: "result", ok: false, too_large: { bytes: 2_000_000, shape: "list" } })),
		),
		...both(
			{ status: "error", type: "ProtocolError" },
			raw(
				frame(
					{ op: "result", ok: false, too_large: { bytes: 2_000_000, shape: "list" } },
					"x".repeat(100_000),
				),
			),
		),
		...both(
			{ status: "ok", result: "real" },
			{
				python: "print('x' * 1_000_000)\nresult = 'real'",
				typescript: 'console.log("x".repeat(1_000_000));\nreturn "real";',
			},
		),
	],
	fault: [
		python(
			"import sys\nfor name, module in list(sys.modules.items()):\n    if name.startswith('brig_runner'):\n        vars(module).clear()",
			{ status: "error" },
		),
	],
};

export const FORGERIES = Object.fromEntries(
	(Object.keys(WANTED) as Forged[]).map((way) => [way, [...usual(way), ...(SPECIAL[way] ?? [])]]),
) as Record<Forged, Ending[]>;
