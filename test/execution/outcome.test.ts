import t from "tap";
import { programSubject, type Seen, type Subject } from "../../src/execution/end.ts";
import { readMessage } from "../../src/execution/messages.ts";
import { outcome, WAYS } from "../../src/execution/outcome.ts";
import { STATUSES, type Status } from "../../src/result.ts";

const program: Subject = programSubject(1_500);
const fn: Subject = { ...program, who: "function" };

/** A result frame as the server has read it. */
function said(header: object, body = "", json?: string | null): Seen {
	const message = readMessage({ op: "result", ...header });
	if (typeof message === "string" || message.op !== "result") throw new Error(`not a result: ${message}`);
	return { said: { message, body: Buffer.from(body), ...(json === undefined ? {} : { json }) } };
}

const OWN = { type: "OSError", message: "[Errno 0] as it was", hint: "its own" };
const raised = (limit: string | null, counted: number | null = null): Seen => ({
	...said({ ok: false, error: { ...OWN, line: 3, column: 4, traceback: "its frames", limit } }),
	refusedProcesses: counted,
});
const signal = (number: number): Seen => ({ ending: { kind: "signal", signal: number } });
const tooLarge = { bytes: 120_000, shape: "list of 3 strings" };

type Case = [
	seen: Seen,
	status: Status,
	type: string | null,
	message: string | RegExp | null,
	hint: RegExp | null,
];
/** Every row, with what it is known by and all its words. */
const CASES: Record<keyof typeof WAYS, Case[]> = {
	stopping: [[{ decided: "stopping" }, "cancelled", "ServerStopping", /stopped before/, /again/]],
	cancelled: [[{ decided: "cancelled" }, "cancelled", "Cancelled", /was cancelled/, null]],
	timeout: [
		[{ decided: "timeout" }, "timeout", "Timeout", "The program ran longer than its 1.5 s.", /timeout_ms/],
	],
	busy: [[{ decided: "busy" }, "busy", "Busy", /no place, or no memory/, /few seconds/]],
	launcher: [
		[{ decided: "no_sandbox" }, "sandbox_failed", "NoSandbox", "No sandbox could be started.", /log/],
		[
			{ decided: "no_sandbox", why: "there is no /usr/bin/python3" },
			"sandbox_failed",
			"NoSandbox",
			"No sandbox could be started: there is no /usr/bin/python3.",
			/log/,
		],
	],
	refused: [
		[
			{ refused: { type: "MissingSecret", message: "API_TOKEN is not set." } },
			"error",
			"MissingSecret",
			"API_TOKEN is not set.",
			null,
		],
	],
	memory: [
		{ kind: "gone" } as const,
		{ kind: "signal", signal: 9 } as const,
		{ kind: "exit", code: 0 } as const,
	].map((ending) => [
		{ ending, outOfMemory: true },
		"out_of_memory",
		"OutOfMemory",
		/its 256 MiB/,
		/smaller parts\.$/,
	]),
	exit: [0, 70, 124, 137, 255].map((code) => [
		{ ending: { kind: "exit", code }, outOfMemory: false },
		"error",
		"SystemExit",
		`The program ended itself with exit code ${code} before it gave a result.`,
		/Return a value/,
	]),
	seccomp: [[signal(31), "killed", "Killed", "The program was ended by SIGSYS.", /system call/]],
	signal: [
		[signal(9), "killed", "Killed", "The program was ended by SIGKILL.", /did not send it/],
		[signal(11), "killed", "Killed", "The program was ended by SIGSEGV.", /crashed/],
		[signal(99), "killed", "Killed", "The program was ended by signal 99.", /crashed/],
	],
	protocol: [
		[
			{ ending: { kind: "protocol", message: "a header of 0 bytes" } },
			"error",
			"ProtocolError",
			/descriptor/,
			/alone/,
		],
	],
	lost: [[{ ending: { kind: "gone" } }, "sandbox_failed", "SandboxFailed", /went away/, /again/]],
	output: [
		[
			said({ ok: false, too_large: tooLarge }, "x".repeat(100_001)),
			"output_too_large",
			"OutputTooLarge",
			"The result has 120000 bytes of JSON, more than the 100000 that it may have. Its shape: list of 3 strings.",
			/Return less/,
		],
		[
			said({ ok: true }, " ".repeat(150_000)),
			"output_too_large",
			"OutputTooLarge",
			/150000 .* unknown/,
			/less/,
		],
	],
	malformed: [
		[said({ ok: true }, "{", null), "error", "ProtocolError", /neither JSON nor/, /descriptor 3/],
		[said({ ok: false }), "error", "ProtocolError", /neither JSON nor/, /descriptor 3/],
		[said({ ok: false, too_large: tooLarge }, "x".repeat(100_000)), "error", "ProtocolError", /neither/, /3/],
	],
	processes: [
		[raised("processes"), "error", OWN.type, OWN.message, /at most 64 processes and threads/],
		[raised("processes", 3), "error", OWN.type, OWN.message, /at most 64/],
	],
	scratch: [[raised("scratch"), "error", OWN.type, OWN.message, /64 MiB and 4096 files/]],
	allocation: [[raised("memory"), "error", OWN.type, OWN.message, /256 MiB of memory/]],
	exception: [
		[raised(null), "error", OWN.type, OWN.message, /its own/],
		[raised("processes", 0), "error", OWN.type, OWN.message, /its own/],
	],
	value: [[said({ ok: true }, "1", "1"), "ok", null, null, null]],
	fault: [
		[{ decided: "fault" }, "sandbox_failed", "InternalError", /The server failed/, /log/],
		[{}, "sandbox_failed", "InternalError", /The server failed/, /log/],
	],
};

for (const [way, cases] of Object.entries(CASES)) {
	t.test(`${way} has its status, type, reason and hint`, async (t) => {
		t.ok(cases.length > 0);
		for (const [seen, status, type, message, hint] of cases) {
			const found = outcome(program, seen);
			t.same(found, WAYS[way as keyof typeof WAYS]({ ...program, ...seen }), "its own row says it");
			t.equal(found.status, status);
			if (type === null) t.equal(found.error, null);
			else t.match(found.error, { type, message, hint: hint ?? null });
		}
	});
}

const all = Object.values(CASES).flat();

t.test(
	"a reason that is the table's has no line, and every reason has the same fields and nothing else",
	async (t) => {
		for (const [seen] of all) {
			const { error } = outcome(program, seen);
			if (!error) continue;
			t.same(Object.keys(error).sort(), ["column", "hint", "line", "message", "traceback", "type"]);
			if (seen.said?.message.error) t.match(error, { line: 3, column: 4, traceback: "its frames" });
			else t.match(error, { message: /^[A-Z].*\.$/, line: null, column: null, traceback: null });
		}
	},
);

t.test("the table gives every status", async (t) => {
	t.same([...new Set(all.map(([, status]) => status))].sort(), [...STATUSES].sort());
});

t.test("what is said of a program is said of a function, whose own limits can be raised", async (t) => {
	const own = { ...fn, wallMs: 2_000, limits: { ...fn.limits, memory_mb: 64, processes: 8, scratch_mb: 16 } };
	const told = (seen: Seen) => `${outcome(own, seen).error?.message} ${outcome(own, seen).error?.hint}`;
	t.match(
		told({ decided: "timeout" }),
		/^The function ran longer than its 2 s\. .* limits\.wall_ms \(at most 300000\)/,
	);
	t.match(
		told({ ending: { kind: "gone" }, outOfMemory: true }),
		/its 64 MiB .* limits\.memory_mb \(at most 2048\)/,
	);
	t.match(told(raised("memory")), /64 MiB .* limits\.memory_mb/);
	t.match(told(raised("processes")), /8 processes .* limits\.processes \(at most 256\)/);
	t.match(told(raised("scratch")), /16 MiB .* limits\.scratch_mb \(at most 512\)/);
	for (const [seen] of all) t.notMatch(told(seen), /[Tt]he program/);
});

t.test("nothing that the code says makes more than error, whatever else is known", async (t) => {
	const names = [
		"Timeout",
		"OutOfMemory",
		"Killed",
		"Cancelled",
		"Busy",
		"SandboxFailed",
		"NoSandbox",
		"OutputTooLarge",
	];
	for (const type of names) {
		for (const limit of [null, "memory", "processes", "scratch"]) {
			const seen = said({ ok: false, error: { type, message: "x", hint: "y", limit } });
			t.equal(outcome(program, { ...seen, outOfMemory: false, refusedProcesses: 7 }).status, "error", type);
		}
	}
});
