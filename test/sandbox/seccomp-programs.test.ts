import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { noJails } from "./real.ts";
import { runUnder } from "./seccomp/calls.ts";
import { policyText } from "./seccomp/policy.ts";

const PROGRAM = join(import.meta.dir, "seccomp/ordinary-programs.py");

t.test("what ordinary programs ask of the kernel they get, or do without", { skip: noJails }, async (t) => {
	t.same(await runUnder(t, policyText("python", "x86_64"), readFileSync(PROGRAM, "utf8")), []);
});
