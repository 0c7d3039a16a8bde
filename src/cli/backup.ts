/** `brig backup`. @module */
import { parseArgs } from "node:util";
import { makeBackup } from "../backup/make.ts";
import { dataFolder } from "../config.ts";
import { one } from "./options.ts";
import { printJson, say } from "./output.ts";

export const help = `brig backup: write everything that a data folder keeps to one file. The server may run meanwhile.

  brig backup FILE [--with-key] [--overwrite] [--data DIR] [--json]

  FILE                 where to write it; readable by its owner alone
  --with-key           include the sealing key: the file alone is then enough to restore, and to read every secret.
                       Without it restore asks for the key: keep a copy of DATA/seal.key apart from the backups
  --overwrite          take the place of a file that exists
  --data DIR           the data folder (BRIG_DATA)
  --json               print what was written as JSON

Example:
  brig backup /mnt/backups/brig-$(date +%F).backup
`;

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			"with-key": { type: "boolean" },
			overwrite: { type: "boolean" },
			data: { type: "string" },
			json: { type: "boolean" },
		},
	});
	const file = one(positionals, "FILE");
	const withKey = values["with-key"] ?? false;
	const made = makeBackup(values.data ?? dataFolder(), file, {
		withKey,
		overwrite: values.overwrite ?? false,
	});
	const { manifest } = made;
	if (values.json) {
		const { brig: version, schema, created_at, key_id } = manifest;
		const about = { file: made.file, bytes: made.bytes, overwritten: made.overwritten };
		printJson(JSON.stringify({ ...about, created_at, version, schema, key_id, with_key: withKey }));
		return 0;
	}
	say(`${made.file} ${made.overwritten ? "is overwritten with" : "has"} the backup, ${made.bytes} bytes`);
	say(
		withKey
			? "  It has the sealing key in it: whoever can read it has every secret, whoever can change it can forge it."
			: `  It was made under the sealing key ${manifest.key_id}, which is not in it: keep a copy of seal.key apart from it.`,
	);
	return 0;
}
