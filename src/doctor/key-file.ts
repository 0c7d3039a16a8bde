/** The key under which secrets are sealed: there, nobody else's to read, and the one that they were sealed under. @module */
import { join } from "node:path";
import { type Place, SealError, sealer } from "../secrets/seal.ts";
import type { Check } from "./check.ts";
import { openUntouched } from "./database-file.ts";
import { look, octal, unreadable } from "./files.ts";
import { fail, ok } from "./finding.ts";

const KEY_BYTES = 32;
const OTHERS = 0o077;
const MOST_TRIED = 100;
const FROM_BACKUP =
	"Put the right one back from a backup made with --with-key; without it, set each secret again.";

export const keyFile: Check = {
	name: "key-file",
	run({ data }) {
		const file = join(data, "seal.key");
		const found = look(file);
		if (!found) {
			if (!look(join(data, "brig.db"))) return ok("none yet: the first start makes it");
			return fail(`${file} is missing: no stored secret can be opened`, FROM_BACKUP);
		}
		if (!found.isFile()) return fail(`${file} is not a plain file`, FROM_BACKUP);
		if (found.mode & OTHERS) {
			return fail(
				`${file} is open to other users (${octal(found.mode)})`,
				`chmod 600 ${file}; if others use this machine, change what is secret at its source.`,
			);
		}
		if (found.size !== KEY_BYTES)
			return fail(`${file} has ${found.size} bytes instead of ${KEY_BYTES}`, FROM_BACKUP);
		const owner = look(data)?.uid;
		if (owner !== undefined && found.uid !== owner)
			return fail(
				`${file} is of user ${found.uid}, and the data folder of ${owner}`,
				`chown ${owner}: ${file}`,
			);
		return unreadable(file) ?? opens(file, join(data, "brig.db"));
	},
};

/** Whether the key opens what is sealed in the database, as far as that can be read: its state is another check. */
function opens(file: string, database: string) {
	const { open } = sealer(file);
	let tried = 0;
	for (const { sealed, ...place } of sealedIn(database)) {
		try {
			open(place, sealed);
			tried++;
		} catch (error) {
			if (error instanceof SealError)
				return fail(`it does not open the secret ${place.name} of ${place.namespace}`, FROM_BACKUP);
			throw error;
		}
	}
	return ok(tried ? `0600, ${KEY_BYTES} bytes, opens the stored secrets` : `0600, ${KEY_BYTES} bytes`);
}

function sealedIn(database: string): (Place & { sealed: Uint8Array })[] {
	const query = `SELECT namespace_id AS namespaceId, namespaces.name AS namespace, secrets.name, sealed
		FROM secrets JOIN namespaces ON namespaces.id = namespace_id LIMIT ${MOST_TRIED}`;
	try {
		const db = openUntouched(database);
		try {
			return db.query(query).all() as (Place & { sealed: Uint8Array })[];
		} finally {
			db.close();
		}
	} catch {
		return [];
	}
}
