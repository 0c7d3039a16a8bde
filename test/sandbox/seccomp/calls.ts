/**
 * System calls made inside a real jail under a policy of the test's choosing, everything else being the product's.
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withoutCgroups } from "../../../src/sandbox/cgroup.ts";
import type { Frame } from "../../../src/sandbox/frames.ts";
import { Sandboxes } from "../../../src/sandbox/sandboxes.ts";
import { PATIENCE } from "../../patience.ts";
import { LIMITS, makeParts } from "../real.ts";

interface Test {
	teardown(action: () => unknown): unknown;
}

/** A number and six arguments at most, each a 64-bit word. */
export type Call = readonly [number: number, args: readonly (number | bigint)[]];
/** 0 for a call that succeeded, its errno, the exit code of its process, or -N for signal N (-14: it hung). */
export type Outcome = number | null;

const PROGRAM = join(import.meta.dir, "make-calls.py");
/** How long a call may take. */
const SECONDS = 1;

/** Makes each group of calls in a child of its own, in one jail under this policy; null for those after a child's end. */
export async function makeCalls(
	t: Test,
	policy: string,
	groups: readonly (readonly Call[])[],
): Promise<Outcome[][]> {
	const row = ([number, args]: Call) => `[${number}, [${padded(args).join(", ")}]]`;
	const rows = groups.map((group) => `[${group.map(row).join(", ")}]`);
	const preset = `seconds = ${SECONDS * PATIENCE}\ngroups = [${rows.join(", ")}]\n`;
	return (await runUnder(t, policy, preset + readFileSync(PROGRAM, "utf8"))) as Outcome[][];
}

/** Runs a Python program in a jail under this policy; its result. */
export async function runUnder(t: Test, policy: string, code: string): Promise<unknown> {
	const { parts, folder } = await makeParts(t);
	const file = join(folder, "policy.kafel");
	writeFileSync(file, policy);
	const sandboxes = new Sandboxes({
		parts: { ...parts, policies: { python: file, typescript: file } },
		folder: join(folder, "run"),
		cgroups: withoutCgroups,
		warm: 0,
		several: () => false,
		usual: LIMITS,
		log: () => {},
	});
	t.teardown(() => sandboxes.close());
	const request = {
		owner: 1,
		language: "python" as const,
		limits: LIMITS,
		bodyBytes: 1_000_000,
		outputBytes: 10_000,
	};
	const jail = await sandboxes.lease(request);
	const frame = await new Promise<Frame>((resolve, reject) => {
		jail.onFrame = resolve;
		void jail.ended.then((ending) => reject(new Error(`the jail ended: ${JSON.stringify(ending)}`)));
		jail.send({ op: "run", services: [], result_limit: 1_000_000, depth_limit: 200 }, code);
	});
	await jail.destroy();
	const body = Buffer.from(frame.body).toString();
	if (frame.header.ok !== true)
		throw new Error(`the program failed: ${JSON.stringify(frame.header)} ${body}`);
	return JSON.parse(body);
}

function padded(args: readonly (number | bigint)[]): (number | bigint)[] {
	return [...args, ...Array(6 - args.length).fill(0)];
}
