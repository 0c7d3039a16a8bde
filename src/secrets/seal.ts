/**
 * Values sealed at rest: AES-256-GCM under a key derived from DATA/seal.key.
 *
 * A sealed value is `version (1 byte) | nonce (12) | ciphertext | tag (16)`. What is encrypted is the value's length
 * (u32, big endian), its UTF-8 and zeros up to a multiple of 256 bytes: a copied database does not even tell how long
 * a password is. Where it belongs is authenticated with it, so that a row moved to another name does not open.
 * @module
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";

const CIPHER = "aes-256-gcm";
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LENGTH_BYTES = 4;
const BLOCK_BYTES = 256;
const KEY_BYTES = 32;
const OTHERS = 0o077;
/** The file's own bytes are never a key: each use derives its own. */
const LABEL = "brig secrets 1";

/** Where a value belongs. */
export interface Place {
	namespaceId: number;
	namespace: string;
	name: string;
}

/** A sealed value does not open. The message is for the operator: it names the key file. */
export class SealError extends Error {
	override readonly name = "SealError";
}

export interface Sealer {
	/** The sealed form, another one each time. */
	seal(place: Place, value: string): Uint8Array;
	/** The value. Throws SealError for another key file, changed bytes, or a row from another place. */
	open(place: Place, sealed: Uint8Array): string;
}

/** Reads the key file. Throws an Error with one sentence when it is not what `brig serve` made. */
export function sealer(keyFile: string): Sealer {
	return sealerOf(readSealingKey(keyFile), keyFile);
}

/** @param sealingKey 32 bytes @param keyFile where they come from, for messages */
export function sealerOf(sealingKey: Uint8Array, keyFile: string): Sealer {
	const key = Buffer.from(hkdfSync("sha256", sealingKey, "", LABEL, KEY_BYTES));
	return {
		seal(place, value) {
			const nonce = randomBytes(NONCE_BYTES);
			const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
			cipher.setAAD(bound(place));
			const body = Buffer.concat([cipher.update(padded(value)), cipher.final()]);
			return Buffer.concat([Uint8Array.of(VERSION), nonce, body, cipher.getAuthTag()]);
		},
		open(place, sealed) {
			const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
			const start = 1 + NONCE_BYTES;
			if (bytes[0] !== VERSION || bytes.length < start + BLOCK_BYTES + TAG_BYTES)
				throw refusal(place, keyFile);
			try {
				const decipher = createDecipheriv(CIPHER, key, bytes.subarray(1, start), {
					authTagLength: TAG_BYTES,
				});
				decipher.setAAD(bound(place));
				decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
				const plain = Buffer.concat([decipher.update(bytes.subarray(start, -TAG_BYTES)), decipher.final()]);
				return plain.toString("utf8", LENGTH_BYTES, LENGTH_BYTES + plain.readUInt32BE(0));
			} catch {
				throw refusal(place, keyFile);
			}
		},
	};
}

/** The key file's 32 bytes. Throws an Error with one sentence. */
export function readSealingKey(file: string): Uint8Array {
	let mode: number;
	let bytes: Uint8Array;
	try {
		mode = statSync(file).mode;
		bytes = readFileSync(file);
	} catch (error) {
		throw new Error(
			`The key file ${file} can't be read: ${(error as Error).message}. Without it no secret can be opened: put it back from a backup.`,
		);
	}
	if (mode & OTHERS)
		throw new Error(`The key file ${file} is open to other users: run chmod 600 ${file}, and start again.`);
	if (bytes.length !== KEY_BYTES)
		throw new Error(
			`The key file ${file} has ${bytes.length} bytes instead of ${KEY_BYTES}: put the right one back from a backup.`,
		);
	return bytes;
}

/** What the cipher authenticates beside the value. JSON keeps the parts apart whatever they contain. */
function bound({ namespaceId, namespace, name }: Place): Uint8Array {
	return Buffer.from(JSON.stringify([LABEL, VERSION, namespaceId, namespace, name]));
}

function padded(value: string): Uint8Array {
	const length = Buffer.byteLength(value);
	const bytes = Buffer.alloc(Math.ceil((LENGTH_BYTES + length) / BLOCK_BYTES) * BLOCK_BYTES);
	bytes.writeUInt32BE(length, 0);
	bytes.write(value, LENGTH_BYTES);
	return bytes;
}

function refusal({ namespace, name }: Place, keyFile: string): SealError {
	return new SealError(
		`The secret ${name} of the namespace ${namespace} does not open with the key file ${keyFile}: it was sealed under another one, or its row was changed. Put the right key file back, or set the secret again.`,
	);
}
