/** The kernel's version. @module */
import { arch, release } from "node:os";
import type { Check } from "./check.ts";
import { fail, ok } from "./finding.ts";
import { atLeast } from "./version-numbers.ts";

/** The first that counts a control group's peak memory. */
const LEAST = "5.19";

export const kernel: Check = {
	name: "kernel",
	run() {
		const version = release();
		if (atLeast(version, LEAST)) return ok(`Linux ${version}, ${arch()}`);
		return fail(
			`Linux ${version} is too old: sandboxes are measured by what came with ${LEAST}`,
			`Boot a kernel of ${LEAST} or newer: every Debian from 12 and Ubuntu from 22.10 on has one.`,
		);
	},
};
