/**
 * Whose word a backup is: by which sealing key its MAC fits, and whether that key is one that the owner vouches for.
 * @module
 */
import type { BackupFile } from "./container.ts";
import { isSignedBy, keyId } from "./sealing-key.ts";

/** `given`: by the key that the owner gave. `data`: by the data folder's. `file`: by the one that it brings itself. */
export type Signer = "given" | "data" | "file";

export interface Trust {
	/** Null: by no key that counts. */
	signedBy: Signer | null;
	/** The sealing key from now on; null leaves the data folder's. */
	key: Uint8Array | null;
}

export interface TrustOptions {
	/** The key that the user gave. */
	given: Uint8Array | null;
	/** The data folder's key, if it has one. */
	own: Uint8Array | null;
	/** True when the data folder has nothing yet that its key or its keys' holders protect. */
	unused: boolean;
	acceptUnsigned: boolean;
	/** Asks the user for the key with this id; null where nobody can be asked. */
	ask: ((id: string) => Promise<Uint8Array>) | null;
}

const UNSIGNED = "With --accept-unsigned it comes in without its keys and approvals.";

/**
 * Finds the key that signed a backup. Throws an Error with one sentence when there is none and --accept-unsigned is not
 * given.
 *
 * A key inside the file proves only that the file is whole: whoever can write a backup can put a key of their own into
 * it. It counts where there is nothing to take over yet.
 */
export async function findSigner(backup: BackupFile, options: TrustOptions): Promise<Trust> {
	const { given, own, acceptUnsigned } = options;
	const { name, manifest } = backup;
	const included = manifest.sealing_key === null ? null : Buffer.from(manifest.sealing_key, "base64");
	if (given && isSignedBy(given, backup)) return { signedBy: "given", key: given };
	if (!given && own && isSignedBy(own, backup)) return { signedBy: "data", key: null };
	const bySelf = included !== null && isSignedBy(included, backup);
	if (!given && bySelf && options.unused) return { signedBy: "file", key: included };
	if (acceptUnsigned) return { signedBy: null, key: given };
	if (given) throw wrongKey(name, manifest.key_id, given);
	if (bySelf)
		throw new Error(
			`${name} is signed by no key but the one that it brings itself, and this data folder has another: give a copy of that key that you kept with --key-file, or restore into an empty folder with --data. ${UNSIGNED}`,
		);
	const known = [own, included].some((key) => key !== null && keyId(key) === manifest.key_id);
	if (known) throw changed(name);
	if (!options.ask)
		throw new Error(
			`${name} was made under the sealing key ${manifest.key_id}, which is ${own ? "not the data folder's" : "not in it"}: give it with --key-file. ${UNSIGNED}`,
		);
	const typed = await options.ask(manifest.key_id);
	if (isSignedBy(typed, backup)) return { signedBy: "given", key: typed };
	throw wrongKey(name, manifest.key_id, typed);
}

function wrongKey(name: string, id: string, key: Uint8Array): Error {
	if (keyId(key) === id) return changed(name);
	return new Error(
		`The key is not the one that ${name} was made under: its id is ${keyId(key)}, the backup's is ${id}. ${UNSIGNED}`,
	);
}

function changed(name: string): Error {
	return new Error(
		`${name} was changed after it was made, or damaged: its MAC does not fit. Use another copy. ${UNSIGNED}`,
	);
}
