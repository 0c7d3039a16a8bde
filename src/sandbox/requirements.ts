/**
 * What a server needs of this machine beside control groups, looked at before anything is made.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { brokenPython, MISSING_PYTHON, pythonError } from "./start-failure.ts";

const PYTHON = "/usr/bin/python3";
const LEAST_PYTHON = [3, 11] as const;
/** A sandbox takes six descriptors of the server, and hands its own limits on to those inside. */
const LEAST_FILES = 1_024;
const LEAST_PROCESSES = 512;

/** Throws an Error with one sentence for the first thing that is missing. */
export function checkMachine(): void {
	checkPython();
	checkLimit("Max open files", LEAST_FILES, "open files", "LimitNOFILE", "ulimit -n");
	checkLimit("Max processes", LEAST_PROCESSES, "processes and threads", "LimitNPROC", "ulimit -u");
}

function checkPython(): void {
	if (!existsSync(PYTHON)) throw new Error(`Sandboxes need Python: ${MISSING_PYTHON}.`);
	const version = pythonVersion();
	const [major, minor] = version.split(".").map(Number) as [number, number];
	const [leastMajor, leastMinor] = LEAST_PYTHON;
	if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
		throw new Error(
			`${PYTHON} is Python ${version}, and sandboxes need ${LEAST_PYTHON.join(".")} or newer: upgrade this system to one that has it, such as Debian 12 or Ubuntu 24.04.`,
		);
	}
}

/** Like `3.11`. Throws when the interpreter does not run. */
function pythonVersion(): string {
	const code = "import sys; print('%d.%d' % sys.version_info[:2])";
	let said: string;
	try {
		const { stdout, stderr } = Bun.spawnSync([PYTHON, "-I", "-S", "-c", code], { env: {} });
		if (/^\d+\.\d+$/.test(stdout.toString().trim())) return stdout.toString().trim();
		said = pythonError(stderr.toString()) ?? "it does not say its version";
	} catch (error) {
		said = (error as Error).message;
	}
	throw new Error(`Sandboxes need Python: ${brokenPython(said)}.`);
}

/** A hard limit of this process, which the soft one can be raised to. */
function checkLimit(name: string, least: number, what: string, setting: string, command: string): void {
	const line = readFileSync("/proc/self/limits", "utf8")
		.split("\n")
		.find((one) => one.startsWith(`${name} `));
	const hard = line?.slice(name.length).trim().split(/\s+/)[1];
	if (hard === undefined || hard === "unlimited" || Number(hard) >= least) return;
	throw new Error(
		`This server may have ${hard} ${what} at the most, and needs ${least}: raise ${setting}= in its unit, or in the shell ${command}.`,
	);
}
