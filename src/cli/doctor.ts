/** `brig doctor`. @module */
import { parseArgs } from "node:util";
import type { Check } from "../doctor/check.ts";
import { CHECKS } from "../doctor/checks.ts";
import { contextOf } from "../doctor/context.ts";
import { type Result, runChecks } from "../doctor/run.ts";
import { suggestion } from "../functions/suggest.ts";
import { oneLine, quote } from "../functions/text.ts";
import { Misuse } from "./errors.ts";
import { print, printJson } from "./output.ts";
import { printTable } from "./table.ts";

export const help = `brig doctor: look at this machine, the data folder and the server, and say what is wrong.

  brig doctor [CHECK…] [--json] [--data DIR]

Each check is ok, warn or fail, with what to do about it; one of them is a sandboxed program that tries to get out.
Nothing is changed. Exit 1 when a check fails. As root, or as the user of the server, it sees everything.

  CHECK                only these, by the names in the table; all when none is named
  --json               {"checks": [{"name", "status", "detail", "remedy"}]}
  --data DIR           the data folder (BRIG_DATA, or the configuration's)

Example:
  sudo brig doctor
`;

const MOST = 1_000;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** What a shell reports for a program that SIGINT ended. */
const INTERRUPTED = 130;

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: { json: { type: "boolean" }, data: { type: "string" } },
	});
	const chosen = choose(positionals);
	const context = contextOf({ data: values.data });
	const interrupted = new Promise<null>((resolve) => {
		for (const signal of SIGNALS) process.on(signal, () => resolve(null));
	});
	try {
		const results = await Promise.race([runChecks(chosen, context), interrupted]);
		if (results === null) return INTERRUPTED;
		const checks = results.map(({ name, status, detail, remedy }) => ({
			name,
			status,
			detail: oneLine(detail, MOST),
			remedy: remedy && oneLine(remedy, MOST),
		}));
		if (values.json) printJson(JSON.stringify({ checks }));
		else show(checks);
		return checks.some(({ status }) => status === "fail") ? 1 : 0;
	} finally {
		await context.close();
	}
}

/** The named checks, or all. Throws Misuse. */
function choose(names: string[]): readonly Check[] {
	if (names.length === 0) return CHECKS;
	const known = CHECKS.map(({ name }) => name);
	for (const name of names) {
		if (!known.includes(name))
			throw new Misuse(
				`There is no check ${quote(name)}.`,
				suggestion(name, known) || `They are ${known.join(", ")}.`,
			);
	}
	return CHECKS.filter(({ name }) => names.includes(name));
}

/** The table, then what is not ok in full with its remedy, then the sum. */
function show(checks: Result[]): void {
	printTable(
		["CHECK", "STATUS", "DETAIL"],
		checks.map(({ name, status, detail }) => [name, status, detail]),
	);
	for (const { name, status, detail, remedy } of checks) {
		if (status !== "ok") print(`\n${name}: ${status}: ${detail}\n  ${remedy}\n`);
	}
	const count = (status: string) => checks.filter((check) => check.status === status).length;
	const warnings = count("warn");
	print(`\n${count("ok")} ok, ${warnings} warning${warnings === 1 ? "" : "s"}, ${count("fail")} failed\n`);
}
