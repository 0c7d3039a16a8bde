/**
 * The sealing key as backups use it: to sign, to be told apart from others, and as text that a person may keep.
 * @module
 */
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";

const KEY_BYTES = 32;
const ID_BYTES = 8;
/** Other uses of the sealing key have other labels, so that none of them tells anything of another. */
const MAC_LABEL = "brig backup 1";
const ID_LABEL = "brig key id 1";
/** A file with a key as text, line ends included, is far shorter. */
const MOST_BYTES = 1024;

const derived = (key: Uint8Array, label: string, bytes: number) =>
	Buffer.from(hkdfSync("sha256", key, "", label, bytes));

/** HMAC-SHA256 of what a backup says of itself. */
export function sign(key: Uint8Array, signed: Uint8Array): Uint8Array {
	return createHmac("sha256", derived(key, MAC_LABEL, KEY_BYTES))
		.update(signed)
		.digest();
}

export function isSignedBy(
	key: Uint8Array,
	{ signed, mac }: { signed: Uint8Array; mac: Uint8Array },
): boolean {
	return timingSafeEqual(sign(key, signed), mac);
}

/** 16 hexadecimal digits that differ from key to key and tell nothing of it. */
export function keyId(key: Uint8Array): string {
	return derived(key, ID_LABEL, ID_BYTES).toString("hex");
}

/** A key as it is in the key file (32 bytes), or as text: 64 hexadecimal digits, or 44 characters of base64. Else null. */
export function parseSealingKey(bytes: Uint8Array): Uint8Array | null {
	if (bytes.length === KEY_BYTES) return bytes;
	const text = Buffer.from(bytes).toString("latin1").trim();
	if (/^[0-9A-Fa-f]{64}$/.test(text)) return Buffer.from(text, "hex");
	return /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, "base64") : null;
}

/** The key in a file that the user names. Throws an Error with one sentence. */
export function readKeyFile(file: string): Uint8Array {
	const bytes = Buffer.alloc(MOST_BYTES + 1);
	let length = 0;
	try {
		const descriptor = openSync(file, "r");
		try {
			for (let got = -1; got !== 0 && length < bytes.length; length += got)
				got = readSync(descriptor, bytes, length, bytes.length - length, null);
		} finally {
			closeSync(descriptor);
		}
	} catch (error) {
		throw new Error(`The key file ${file} can't be read: ${(error as Error).message}.`);
	}
	const key = parseSealingKey(bytes.subarray(0, length));
	if (!key)
		throw new Error(
			`The key file ${file} holds no sealing key: that is a copy of DATA/seal.key, or what \`base64 DATA/seal.key\` prints.`,
		);
	return key;
}
