/**
 * A backup's file: a SQLite database, and behind it a tail that says what it is.
 *
 *     database | manifest, JSON in UTF-8 | MAC (32 bytes) | length of the manifest (u32, big endian) | mark (16 bytes)
 *
 * The MAC is over the manifest, which holds the database's SHA-256. What is cut off anywhere has no mark at its end.
 * @module
 */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import * as v from "valibot";

const FORMAT = 1;
const MARK = Buffer.from("\nbrig backup 01\n");
const MAC_BYTES = 32;
const END_BYTES = 4 + MARK.length;
const MANIFEST_BYTES = 4096;
/** SQLite's smallest page. */
const LEAST_DATABASE = 512;

const hex = (length: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${length}}$`)));
const whole = (least: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(least));

const ManifestForm = v.strictObject({
	format: v.literal(FORMAT),
	/** The version of the Brig that made it. */
	brig: v.pipe(v.string(), v.regex(/^[\w.+-]{1,64}$/)),
	/** The database's `user_version`. */
	schema: whole(1),
	created_at: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)),
	database_bytes: whole(LEAST_DATABASE),
	database_sha256: hex(64),
	/** Which sealing key the MAC needs, see sealing-key.ts. */
	key_id: hex(16),
	/** That key in base64, where it was to be included. */
	sealing_key: v.nullable(v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{43}=$/))),
});

export type Manifest = v.InferOutput<typeof ManifestForm>;

/** A backup that is open for reading. What it says is checked for form alone. */
export interface BackupFile {
	/** As it was named, for messages. */
	name: string;
	descriptor: number;
	manifest: Manifest;
	/** What the MAC is over. */
	signed: Uint8Array;
	mac: Uint8Array;
	close(): void;
}

/** The bytes that go behind the database. `sign` makes the MAC. */
export function makeTail(manifest: Manifest, sign: (signed: Uint8Array) => Uint8Array): Uint8Array {
	const signed = Buffer.from(JSON.stringify(manifest));
	const length = Buffer.alloc(4);
	length.writeUInt32BE(signed.length);
	return Buffer.concat([signed, sign(signed), length, MARK]);
}

/** Opens a backup and reads its tail. Throws an Error with one sentence for everything that is none. */
export function openBackup(name: string): BackupFile {
	let descriptor: number;
	try {
		// Without O_NONBLOCK a FIFO would wait for a writer.
		descriptor = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
	} catch (error) {
		const { code, message } = error as { code?: string; message: string };
		if (code === "ENOENT") throw new Error(`There is no file ${name}.`);
		if (code === "EACCES") throw new Error(`${name} may not be read by this user.`);
		throw new Error(`${name} can't be opened: ${message}.`);
	}
	try {
		return { name, descriptor, ...readTail(descriptor, name), close: () => closeSync(descriptor) };
	} catch (error) {
		closeSync(descriptor);
		throw error;
	}
}

function readTail(descriptor: number, name: string): Pick<BackupFile, "manifest" | "signed" | "mac"> {
	const info = fstatSync(descriptor);
	if (!info.isFile()) throw new Error(`${name} is not a file with a backup in it.`);
	const foreign = new Error(
		`${name} is not a whole backup: it was not made by \`brig backup\`, or its end is missing.`,
	);
	if (info.size < LEAST_DATABASE + MAC_BYTES + END_BYTES) throw foreign;
	const end = readAt(descriptor, info.size - END_BYTES, END_BYTES);
	if (!end.subarray(4).equals(MARK)) throw foreign;
	const length = end.readUInt32BE(0);
	const start = info.size - END_BYTES - MAC_BYTES - length;
	if (length > MANIFEST_BYTES || start < LEAST_DATABASE) throw foreign;
	const signed = readAt(descriptor, start, length);
	const manifest = readManifest(signed, name);
	if (manifest.database_bytes !== start)
		throw new Error(
			`${name} is damaged: it should hold a database of ${manifest.database_bytes} bytes, and has ${start}.`,
		);
	return { manifest, signed, mac: readAt(descriptor, start + length, MAC_BYTES) };
}

function readManifest(bytes: Uint8Array, name: string): Manifest {
	let value: unknown;
	try {
		value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
	} catch {
		throw new Error(`${name} is damaged: what it says of itself can't be read.`);
	}
	const newer = v.safeParse(v.object({ format: whole(FORMAT + 1) }), value);
	if (newer.success)
		throw new Error(
			`${name} was made by a newer Brig (backup format ${newer.output.format}, this one knows ${FORMAT}): restore it with that one.`,
		);
	const parsed = v.safeParse(ManifestForm, value);
	if (!parsed.success) {
		const place = v.getDotPath(parsed.issues[0]);
		throw new Error(
			`${name} is damaged: what it says of itself${place ? ` (${place})` : ""} has another form.`,
		);
	}
	return parsed.output;
}

/** Exactly these bytes of a file. Throws an Error when it ends before. */
export function readAt(descriptor: number, start: number, length: number): Buffer {
	const bytes = Buffer.alloc(length);
	for (let have = 0; have < length; ) {
		const got = readSync(descriptor, bytes, have, length - have, start + have);
		if (got === 0) throw new Error("The file became shorter while it was read.");
		have += got;
	}
	return bytes;
}
