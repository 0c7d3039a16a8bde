/** Runs the system's own Python, which sandboxes see at the same place. @module */
import { existsSync, lstatSync, realpathSync } from "node:fs";
import { oneLine } from "../functions/text.ts";
import { runCommand } from "./command.ts";
import { type Finding, fail, ok, reasonOf } from "./finding.ts";
import { atLeast } from "./version-numbers.ts";

const PYTHON = "/usr/bin/python3";
const LEAST = "3.11";
const PROGRAM = "import ctypes, json, socket, sys; print('.'.join(map(str, sys.version_info[:3])))";
/** What of the machine's files sandboxes see. */
const SEEN = /^\/usr\/(bin|lib|lib64)\//;
const INSTALL = "apt install python3";
const ANSWER_MS = 12_000;

/** Runs it, whatever it is, for a few seconds at most. */
export async function tryPython(signal: AbortSignal): Promise<Finding> {
	if (lstatSync(PYTHON, { throwIfNoEntry: false }) === undefined)
		return fail(`${PYTHON} is missing`, INSTALL);
	if (!existsSync(PYTHON)) return fail(`${PYTHON} points at nothing`, `${INSTALL} --reinstall`);
	const target = realpathSync(PYTHON);
	if (!SEEN.test(target)) {
		return fail(
			`${PYTHON} is ${target}, which sandboxes don't see`,
			`Let ${PYTHON} be the distribution's own again: ${INSTALL} --reinstall`,
		);
	}
	const broken = (reason: string) => fail(`${PYTHON} does not run: ${reason}`, `${INSTALL} --reinstall`);
	try {
		const ended = await runCommand([PYTHON, "-I", "-S", "-c", PROGRAM], ANSWER_MS, signal);
		if (ended.late) return broken(`no answer within ${ANSWER_MS / 1_000} s`);
		const version = ended.stdout.trim();
		if (ended.code !== 0) return broken(oneLine(ended.stderr, 200) || `exit ${ended.code ?? "by a signal"}`);
		if (!/^\d+\.\d+\.\d+$/.test(version)) return broken(`it says ${oneLine(version, 40) || "nothing"}`);
		if (atLeast(version, LEAST)) return ok(`${version} at ${PYTHON}`);
		return fail(
			`${PYTHON} is ${version}, and sandboxes need ${LEAST}`,
			"Upgrade the distribution: Debian from 12 and Ubuntu from 24.04 on have one that is new enough.",
		);
	} catch (error) {
		return broken(reasonOf(error));
	}
}
