import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { PATIENCE } from "../patience.ts";
import { noJails } from "./real.ts";
import { runUnder } from "./seccomp/calls.ts";
import { policyText } from "./seccomp/policy.ts";

const EPERM = 1;
const SIGSYS = -31;

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
