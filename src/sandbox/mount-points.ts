/**
 * The two empty folders that nsjail makes outside its jails and never removes (`findWorkDir` in its mnt.cc): it mounts
 * a jail's root and its small files there, where the jail alone sees them. All servers of a user share them, so they
 * are held with a lock that the kernel ends with its process, and whoever goes last removes them.
 * @module
 */
import { chmodSync, closeSync, fstatSync, mkdirSync, openSync, rmdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { lockDescriptor } from "./libc.ts";

const MODE = 0o755;
const TRIES = 1_000;

/** Makes and holds the folders; the answer gives them up, once. Where that can't be had, nsjail makes its own as ever. */
export function holdMountPoints(folder = "/tmp", user = process.getuid?.() ?? 0): () => void {
	const [root, small] = ["root", "tmp"].map((name) => join(folder, `nsjail.${user}.${name}`)) as [
		string,
		string,
	];
	let held = hold(root);
	make(small);
	return () => {
		if (held === null) return;
		if (lockDescriptor(held)) for (const path of [small, root]) remove(path);
		closeSync(held);
		held = null;
	};
}

/** A descriptor of the folder with a shared lock; null when it can't be had. */
function hold(path: string): number | null {
	// Whoever goes last may remove it before it is opened or locked: then it is none, or another one.
	for (let tries = 0; tries < TRIES && make(path); tries++) {
		const descriptor = open(path);
		if (descriptor === null) continue;
		if (lockDescriptor(descriptor, "shared") && isAt(path, descriptor)) return descriptor;
		closeSync(descriptor);
		Bun.sleepSync(1);
	}
	return null;
}

function isAt(path: string, descriptor: number): boolean {
	return statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(descriptor).ino;
}

/** False when there can't be such a folder. */
function make(path: string): boolean {
	try {
		mkdirSync(path);
		// Sandboxes run under other ids, and the server's umask is strict.
		chmodSync(path, MODE);
		return true;
	} catch (error) {
		// Another server may have made it, or removed it at once.
		return ["EEXIST", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "");
	}
}

function open(path: string): number | null {
	try {
		return openSync(path, "r");
	} catch {
		return null;
	}
}

function remove(path: string): void {
	try {
		rmdirSync(path);
	} catch {
		// Another user's, or not empty: not ours.
	}
}
