/**
 * A table of attacks for whoever has asked for one: a line a program in the file that `BRIG_TEST_TABLE` names, with
 * the group, the program, what may come of it, what came of it, and whether everything held, separated by tabs.
 * @module
 */
import { appendFileSync } from "node:fs";
import type { Reply } from "./attack.ts";
import type { Program } from "./programs.ts";

const TABLE = process.env.BRIG_TEST_TABLE;
/** Characters of an ending: names of errors have any length. */
const MOST_SHOWN = 60;

/** How an attack ended, as far as the table shows it. */
type Seen = Pick<Reply, "status" | "error">;

export function tabulate(group: string, program: Program, reply: Seen | undefined, held: boolean): void {
	if (!TABLE) return;
	const expected = program.outcomes.map(({ status, type }) => name(status, type));
	const seen = reply ? name(reply.status, reply.error?.type).slice(0, MOST_SHOWN) : "nothing";
	const row = [group, program.file, expected.join(" | "), seen, held ? "holds" : "FAILED"];
	// Names of errors are the attacker's own text.
	appendFileSync(TABLE, `${row.map((cell) => cell.replace(/[^ -~]/g, "?")).join("\t")}\n`);
}

function name(status: string, type: string | null | undefined): string {
	return type ? `${status} ${type}` : status;
}
