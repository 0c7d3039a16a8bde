/**
 * Bytes of one open file to another, hashed on their way, a piece at a time.
 * @module
 */
import { readSync, writeSync } from "node:fs";

const PIECE_BYTES = 1024 * 1024;

/**
 * Copies the first `length` bytes; their SHA-256 in hexadecimal digits. With `to` null they are only hashed. Throws an
 * Error when the file ends before.
 */
export function copyBytes(from: number, length: number, to: number | null): string {
	const hash = new Bun.CryptoHasher("sha256");
	const piece = Buffer.alloc(PIECE_BYTES);
	for (let at = 0; at < length; ) {
		const got = readSync(from, piece, 0, Math.min(piece.length, length - at), at);
		if (got === 0) throw new Error("The file became shorter while it was read.");
		hash.update(piece.subarray(0, got));
		for (let have = 0; to !== null && have < got; ) have += writeSync(to, piece, have, got - have, at + have);
		at += got;
	}
	return hash.digest("hex");
}
