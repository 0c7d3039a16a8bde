/** Whether the database is whole, and of a version that this executable knows. @module */
import { statSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { oneLine } from "../functions/text.ts";
import { NEWEST_SCHEMA } from "../store/migrate.ts";
import type { Check } from "./check.ts";
import { runCommand } from "./command.ts";
import { look, unreadable } from "./files.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import { QUICK_CHECK } from "./quick-check.ts";

const CHECK_MS = 60_000;
const MIB = 1024 * 1024;
const RESTORE =
	"Stop the server, keep a copy of the data folder, and restore the last backup (`brig restore FILE`).";

const Answer = v.union([
	v.object({ version: v.number(), faults: v.array(v.string()) }),
	v.object({ unread: v.string(), log: v.boolean() }),
]);

export const database: Check = {
	name: "database",
	timeoutMs: CHECK_MS + 5_000,
	async run({ data }, signal) {
		const file = join(data, "brig.db");
		if (!look(file)) return noDatabase(data);
		const refusal = unreadable(file);
		if (refusal) return refusal;
		const size = `${Math.ceil(statSync(file).size / MIB)} MiB`;
		// A process of its own: SQLite does not let go of a large file before it is through.
		const ended = await runCommand(["/proc/self/exe", QUICK_CHECK, file], CHECK_MS, signal);
		if (ended.late) {
			const remedy = `Look for yourself: sqlite3 -readonly ${file} 'PRAGMA quick_check'`;
			return warn(`${size}, not looked through within ${CHECK_MS / 1_000} s`, remedy);
		}
		const answer = v.safeParse(Answer, parsed(ended.stdout));
		if (!answer.success) throw new Error(oneLine(ended.stderr, 200) || `exit ${ended.code}`);
		return judge(answer.output, size);
	},
};

function judge(answer: v.InferOutput<typeof Answer>, size: string): Finding {
	if ("unread" in answer) {
		if (answer.log)
			return warn(
				"not checked: its last writer was killed",
				"Start the server once, which mends that, and run this again.",
			);
		return fail(`it can't be read: ${oneLine(answer.unread, 200)}`, RESTORE);
	}
	const { version, faults } = answer;
	if (faults.length) return fail(`it is damaged: ${oneLine(faults.join("; "), 300)}`, RESTORE);
	if (version > NEWEST_SCHEMA) {
		return fail(
			`it is of a newer Brig (schema ${version}, this one knows ${NEWEST_SCHEMA})`,
			"Use the newer executable, or restore a backup of this version.",
		);
	}
	const older =
		version < NEWEST_SCHEMA ? `, of an older Brig (schema ${version}): the next start migrates it` : "";
	return ok(`whole, ${size}, schema ${version}${older}`);
}

function noDatabase(data: string): Finding {
	if (look(join(data, "seal.key")) === null) return ok("none yet: the first start makes it");
	return fail(
		"there is a sealing key and no brig.db",
		"Restore a backup (`brig restore FILE`). If there was never any data, a start makes a new one.",
	);
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
