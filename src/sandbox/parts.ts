/**
 * The files that the executable carries, unpacked for the jails: nsjail, its libraries, the policies, the runners.
 * @module
 */
import {
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import bundle from "../../dist/embed/files.bin" with { type: "file" };
import index from "../../dist/embed/files.json" with { type: "json" };
import type { Language } from "../result.ts";
import { compileRunner } from "./bytecode.ts";

/** Paths of the unpacked parts. */
export interface Parts {
	nsjail: string;
	inside: string;
	policies: Record<Language, string>;
}

const HEX = 16;
/** A folder of this or an older executable, whole or half unpacked. */
const OURS = /^[0-9a-f]{16}(\.\d+)?$/;

/**
 * Unpacks what jails need into `folder`, readies it, and removes what older executables unpacked there.
 * Throws an Error when the files can't be written.
 */
export async function unpackParts(folder: string): Promise<Parts> {
	// Before anything is written: on a full disk what an interrupted start has left may be the room that is missing.
	removeOlder(folder, homeIn(folder));
	const home = await unpack(folder);
	compileRunner(join(home, "inside"), sha256);
	return {
		nsjail: join(home, "nsjail/bin/nsjail"),
		inside: join(home, "inside"),
		policies: {
			python: join(home, "seccomp/python.kafel"),
			typescript: join(home, "seccomp/typescript.kafel"),
		},
	};
}

/**
 * Unpacks into `folder`/<hash of the contents>/ unless that is there and every byte of it is right; that folder's path.
 * Jails run under other user ids, so everything is readable by all and writable by the owner alone.
 * `onWrite` is called when it was not there.
 */
export async function unpack(folder: string, onWrite = () => {}): Promise<string> {
	const home = homeIn(folder);
	if (intact(home)) return home;
	onWrite();
	const fresh = `${home}.${process.pid}`;
	try {
		await writeParts(fresh);
	} catch (error) {
		rmSync(fresh, { recursive: true, force: true });
		throw error;
	}
	rmSync(home, { recursive: true, force: true });
	renameSync(fresh, home);
	if (!intact(home))
		throw new Error(`what was unpacked into ${home} differs from what the executable carries`);
	return home;
}

const homeIn = (folder: string) => join(folder, sha256(JSON.stringify(index)).slice(0, HEX));

async function writeParts(fresh: string): Promise<void> {
	const bytes = await Bun.file(bundle).bytes();
	for (const { path, mode, offset, size } of index) {
		const file = join(fresh, path);
		makeFolders(fresh, dirname(file));
		writeFileSync(file, bytes.subarray(offset, offset + size));
		chmodSync(file, mode);
	}
}

/** Removes what other executables unpacked beside `home`. */
export function removeOlder(folder: string, home: string): void {
	for (const old of readdirSync(folder)) {
		if (OURS.test(old) && join(folder, old) !== home)
			rmSync(join(folder, old), { recursive: true, force: true });
	}
}

/** The text of an embedded file, such as the systemd unit. */
export async function embeddedText(path: string): Promise<string> {
	const entry = index.find((one) => one.path === path);
	if (!entry) throw new Error(`${path} is not embedded`);
	const bytes = await Bun.file(bundle).bytes();
	return new TextDecoder().decode(bytes.subarray(entry.offset, entry.offset + entry.size));
}

function intact(home: string): boolean {
	return index.every(({ path, mode, sha256: wanted }) => {
		const file = join(home, path);
		if (!existsSync(file) || (statSync(file).mode & 0o777) !== mode) return false;
		return sha256(readFileSync(file)) === wanted;
	});
}

/** mkdir -p with a mode that the umask does not change. */
function makeFolders(top: string, path: string): void {
	if (path.length < top.length || existsSync(path)) return;
	makeFolders(top, dirname(path));
	mkdirSync(path);
	chmodSync(path, 0o755);
}

function sha256(bytes: string | Uint8Array): string {
	return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}
