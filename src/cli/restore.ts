/** `brig restore`. @module */
import { existsSync, rmdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type BackupFile, openBackup } from "../backup/container.ts";
import { lockBackups } from "../backup/make.ts";
import { becomeOwner } from "../backup/owner.ts";
import { type PreparedRestore, prepareRestore } from "../backup/restore.ts";
import { parseSealingKey, readKeyFile } from "../backup/sealing-key.ts";
import { dataFolder } from "../config.ts";
import { claimDataFolder } from "../data-folder.ts";
import { discardReplacement } from "../store/replacement.ts";
import { confirmed, requireAnswer } from "./confirm.ts";
import { Failure } from "./errors.ts";
import { one } from "./options.ts";
import { printJson, say } from "./output.ts";
import { promptHidden } from "./prompt-hidden.ts";
import { question, sayRestored, toJson } from "./restore-report.ts";

export const help = `brig restore: put a backup in place of what a data folder has. The server must not run.

  brig restore FILE [--yes] [--key-file FILE] [--accept-unsigned] [--data DIR] [--json]

  FILE                 what \`brig backup\` wrote
  --yes                do not ask
  --key-file FILE      the sealing key that it was made under: a copy of seal.key, or its text (base64 or hexadecimal).
                       Needed where the backup has no key in it and the data folder has another one; asked for otherwise
  --accept-unsigned    take a backup whose MAC fits no key of yours. Then its keys are revoked, its functions with
                       secrets or hosts wait for \`brig fn approve\`, secrets that do not open go, and all that is listed
  --data DIR           the data folder (BRIG_DATA)
  --json               print what was done as JSON

What is replaced is kept in DATA/replaced-TIME. A restore that is interrupted leaves the old state or the new one, whole.

Example:
  brig restore /mnt/backups/brig-2026-01-31.backup --key-file /root/seal.key
`;

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			yes: { type: "boolean" },
			"key-file": { type: "string" },
			"accept-unsigned": { type: "boolean" },
			data: { type: "string" },
			json: { type: "boolean" },
		},
	});
	const file = one(positionals, "FILE");
	requireAnswer(values.yes);
	const given = values["key-file"] === undefined ? null : readKeyFile(values["key-file"]);
	const data = resolve(values.data ?? dataFolder());
	const backup = openBackup(file);
	try {
		return await inFolder(data, async () => {
			const prepared = await prepareRestore(data, backup, {
				given,
				acceptUnsigned: values["accept-unsigned"] ?? false,
				ask: process.stdin.isTTY ? askForKey : null,
			});
			const declined = "Nothing was changed.";
			if (!(await confirmed(question(data, backup.manifest, prepared), values.yes, declined))) return 1;
			report(data, backup, prepared, values.json);
			return 0;
		});
	} finally {
		backup.close();
	}
}

/** Works on a folder that no server and no backup uses, as its owner. A folder that was made for it goes when it fails. */
async function inFolder(data: string, work: () => Promise<number>): Promise<number> {
	const isNew = !existsSync(data);
	becomeOwner(data);
	const folder = claimDataFolder(data);
	let code = 1;
	try {
		const unlock = lockBackups(data);
		try {
			if (folder.replaced)
				say(
					`brig: an earlier restore had been cut off and is done now; what it replaced is in ${folder.replaced}`,
				);
			code = await work();
			return code;
		} finally {
			discardReplacement(data);
			unlock();
		}
	} finally {
		folder.unlock();
		if (isNew && code !== 0) {
			rmSync(join(data, "lock.db"), { force: true });
			rmdirSync(data);
		}
	}
}

function report(
	data: string,
	backup: BackupFile,
	prepared: PreparedRestore,
	json: boolean | undefined,
): void {
	const replaced = prepared.commit();
	if (json) printJson(toJson(data, backup, prepared, replaced));
	else sayRestored(data, backup, prepared, replaced);
}

async function askForKey(id: string): Promise<Uint8Array> {
	const typed = await promptHidden(`The sealing key ${id}, as \`base64 seal.key\` prints it (not shown): `, {
		outcome: "nothing was changed",
		otherwise: "Give it by --key-file FILE.",
	});
	const key = parseSealingKey(typed);
	if (!key)
		throw new Failure(
			"That is no sealing key: it has 44 characters of base64, or 64 hexadecimal digits. Nothing was changed.",
		);
	return key;
}
