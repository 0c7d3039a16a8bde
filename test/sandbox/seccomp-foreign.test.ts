import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { PATIENCE } from "../patience.ts";
import { noJails } from "./real.ts";
import { type Call, makeCalls, runUnder } from "./seccomp/calls.ts";
import { policyText, withMarkedRefusals } from "./seccomp/policy.ts";
import { systemCalls } from "./seccomp/system-calls.ts";

const EPERM = 1;
const EFAULT = 14;
const EINVAL = 22;
const SIGSYS = -31;

const RLIMIT_CORE = 4;
const LIMITS = 16;
/** A pointer to nothing, and such as have one half alone: the kernel reads and writes there before it looks at a limit. */
const NOWHERE = [8n, 1n << 32n, 1n << 63n];
/** The kernel reads 32 bits of the resource: what is above them must change nothing. */
const HIGH = [0n, 1n << 32n, 0xffffffff00000000n, 1n << 63n];

const program = (name: string) => readFileSync(join(import.meta.dir, "seccomp", name), "utf8");

t.test("a call by the table of i386 or x32 kills the whole process", { skip: noJails }, async (t) => {
	const code = `seconds = ${3 * PATIENCE}\n${program("foreign-calls.py")}`;
	t.same(await runUnder(t, policyText("python", "x86_64"), code), {
		i386: SIGSYS,
		"i386 in a thread": SIGSYS,
		x32: SIGSYS,
		"x32 in a thread": SIGSYS,
	});
});

t.test("nobody after PID 1 installs a filter", { skip: noJails }, async (t) => {
	const got = await runUnder(t, policyText("python", "x86_64"), program("install-filter.py"));
	t.same(got, { prctl: EPERM, seccomp: EPERM });
});

/** A call that has to do with a limit, its arguments, and what must come of it. */
type Row = readonly [call: string, args: readonly bigint[], outcome: number];

const LIMIT_ROWS: Row[] = Array.from({ length: LIMITS }, (_, resource) => resource).flatMap((resource) => {
	const refused = resource === RLIMIT_CORE ? EINVAL : EFAULT;
	return HIGH.map((high) => BigInt(resource) | high).flatMap((word): Row[] => [
		...NOWHERE.flatMap((pointer): Row[] => [
			["setrlimit", [word, pointer], refused],
			["prlimit64", [0n, word, pointer, 0n], refused],
			["prlimit64", [0n, word, pointer, pointer], refused],
			["prlimit64", [0n, word, 0n, pointer], EFAULT],
			["getrlimit", [word, pointer], EFAULT],
		]),
		["prlimit64", [0n, word, 0n, 0n], 0],
	]);
});

for (const language of ["python", "typescript"] as const) {
	t.test(
		`nobody after PID 1 of a ${language} jail sets RLIMIT_CORE; all limits can be read, and others be set`,
		{ skip: noJails },
		async (t) => {
			const known = systemCalls("x86_64");
			const calls = LIMIT_ROWS.map(([name, args]): Call => [known.get(name) ?? -1, args]);
			const policy = withMarkedRefusals(policyText(language, "x86_64"));
			const [outcomes = []] = await makeCalls(t, policy, [calls]);
			const say = ([call, args]: Row, outcome: unknown) =>
				`${call}(${args.map((arg) => `0x${arg.toString(16)}`).join(", ")}): ${outcome}`;
			t.same(
				LIMIT_ROWS.map((row, at) => say(row, outcomes[at])),
				LIMIT_ROWS.map((row) => say(row, row[2])),
			);
		},
	);
}

t.test("PID 1's filter has the numbers of each machine", async (t) => {
	const init = readFileSync("sandbox/init.py", "utf8");
	for (const machine of ["x86_64", "aarch64"] as const) {
		const numbers = new RegExp(`"${machine}": \\(0x[0-9A-F]{8}, ([\\d, ]+)\\)`).exec(init)?.[1];
		const known = systemCalls(machine);
		t.equal(numbers, ["prctl", "setrlimit", "prlimit64"].map((name) => known.get(name)).join(", "), machine);
	}
});
