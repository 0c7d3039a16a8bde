import t from "tap";
import { type Failure, outcomes } from "../../src/execution/outcome.ts";
import { STATUSES, type Status } from "../../src/result.ts";
import type { Ending } from "../../src/sandbox/jail.ts";

const MEMORY_MB = 256;
const MOST_BYTES = 8_388_608;
const ended = (ending: Ending, outOfMemory = false) =>
	outcomes.ended(ending, outOfMemory, MEMORY_MB, MOST_BYTES);

const ENDINGS: [Ending, Status, string, RegExp][] = [
	[{ kind: "exit", code: 0 }, "error", "SystemExit", /exit code 0 /],
	[{ kind: "exit", code: 255 }, "error", "SystemExit", /exit code 255 /],
	[{ kind: "signal", signal: 9 }, "killed", "Killed", /SIGKILL/],
	[{ kind: "signal", signal: 11 }, "killed", "Killed", /SIGSEGV/],
	[{ kind: "signal", signal: 31 }, "killed", "Killed", /SIGSYS/],
	[{ kind: "signal", signal: 99 }, "killed", "Killed", /signal 99/],
	[{ kind: "protocol", message: "a header of 0 bytes" }, "error", "ProtocolError", /descriptor/],
	[{ kind: "too_large" }, "output_too_large", "OutputTooLarge", /more than 8388608 bytes/],
	[{ kind: "gone" }, "sandbox_failed", "SandboxFailed", /went away/],
];

t.test("each way to end has its status, type and reason", async (t) => {
	for (const [ending, status, type, message] of ENDINGS) {
		const failure = ended(ending);
		t.match(failure, { status, error: { type, message } }, JSON.stringify(ending));
	}
});

t.test("a jail that ran out of memory did so however it ended", async (t) => {
	for (const [ending] of ENDINGS) {
		t.match(ended(ending, true), {
			status: "out_of_memory",
			error: { type: "OutOfMemory", message: /256 MiB/, hint: /smaller/ },
		});
	}
});

t.test("only a refused system call is explained as one", async (t) => {
	t.match(ended({ kind: "signal", signal: 31 }).error.hint, /system call/);
	t.equal(ended({ kind: "signal", signal: 9 }).error.hint, null);
});

const OTHERS: [Failure, Status, string][] = [
	[outcomes.timeout(1_500), "timeout", "The program ran longer than its 1.5 s."],
	[outcomes.cancelled(), "cancelled", "The execution was cancelled before it ended."],
	[outcomes.stopping(), "cancelled", "The server stopped before the execution ended."],
	[outcomes.busy(), "busy", "The server is busy: no place, or no memory, came free in time."],
	[outcomes.noSandbox(null), "sandbox_failed", "No sandbox could be started."],
	[
		outcomes.noSandbox("there is no /usr/bin/python3"),
		"sandbox_failed",
		"No sandbox could be started: there is no /usr/bin/python3.",
	],
	[
		outcomes.resultTooLarge(120_000, "list of 3 strings", 100_000),
		"output_too_large",
		"The result has 120000 bytes of JSON, more than the 100000 that go to the client. Its shape: list of 3 strings.",
	],
	[outcomes.notJson(), "error", "The sandbox sent a result that is not JSON."],
];

t.test("the other reasons are whole sentences with their figures", async (t) => {
	for (const [failure, status, message] of OTHERS) t.match(failure, { status, error: { message } });
});

t.test("every status but ok has a reason, and every reason has the same fields", async (t) => {
	const all = [
		...ENDINGS.map(([ending]) => ended(ending)),
		ended({ kind: "gone" }, true),
		...OTHERS.map(([one]) => one),
	];
	t.same(
		[...new Set(all.map(({ status }) => status as Status))].sort(),
		STATUSES.filter((status) => status !== "ok").sort(),
	);
	for (const { error } of all) {
		t.same(Object.keys(error), ["type", "message", "line", "column", "traceback", "hint"]);
		t.match(error.message, /^[A-Z].*\.$/);
		t.match([error.line, error.column, error.traceback], [null, null, null]);
	}
});
