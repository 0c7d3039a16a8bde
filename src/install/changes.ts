/**
 * What install has changed so far, so that all of it can be taken back when a later step fails.
 * @module
 */
import {
	chmodSync,
	copyFileSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readFileSync,
	readlinkSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

type Undo = () => void | Promise<void>;

/** A stack of changes. Each is made whole or not at all, and knows how to be undone. */
export class Changes {
	readonly #undos: { what: string; undo: Undo }[] = [];

	/** Notes a change that was made elsewhere. */
	add(what: string, undo: Undo): void {
		this.#undos.push({ what, undo });
	}

	/** Makes a folder, and those above it. */
	folder(path: string, mode: number): void {
		if (existsSync(path)) return;
		if (!existsSync(dirname(path))) this.folder(dirname(path), 0o755);
		mkdirSync(path);
		chmodSync(path, mode);
		this.add(path, () => rmSync(path, { recursive: true, force: true }));
	}

	/** Writes a file; true when it differs from what was there. */
	file(path: string, text: string, mode: number): boolean {
		const before = existsSync(path) ? readFileSync(path) : null;
		if (before?.equals(Buffer.from(text))) return false;
		replace(path, (fresh) => writeFileSync(fresh, text, { flush: true }), mode);
		this.add(path, () => {
			if (before === null) rmSync(path, { force: true });
			else replace(path, (fresh) => writeFileSync(fresh, before, { flush: true }), mode);
		});
		return true;
	}

	/** Removes a file. */
	remove(path: string): void {
		const { mode } = lstatSync(path);
		const before = readFileSync(path);
		rmSync(path);
		this.add(path, () =>
			replace(path, (fresh) => writeFileSync(fresh, before, { flush: true }), mode & 0o7777),
		);
	}

	/** Copies a file over another, whose earlier contents are kept at `keep`, unless an interrupted upgrade left some there. */
	copy(from: string, path: string, keep: string, mode: number): void {
		const had = existsSync(path);
		if (had && !existsSync(keep)) replace(keep, (fresh) => copyFileSync(path, fresh), mode);
		replace(path, (fresh) => copyFileSync(from, fresh), mode);
		this.add(path, () => {
			if (had) renameSync(keep, path);
			else rmSync(path, { force: true });
		});
	}

	/** Points a symbolic link somewhere. */
	link(path: string, target: string): void {
		const before = lstatSync(path, { throwIfNoEntry: false }) ? readlinkSync(path) : null;
		if (before === target) return;
		point(path, target);
		this.add(path, () => (before === null ? rmSync(path, { force: true }) : point(path, before)));
	}

	/** Takes everything back, the last change first; one sentence for each that could not be. */
	async undo(): Promise<string[]> {
		const failures: string[] = [];
		for (let change = this.#undos.pop(); change; change = this.#undos.pop()) {
			try {
				await change.undo();
			} catch (error) {
				failures.push(`${change.what} could not be put back: ${(error as Error).message}`);
			}
		}
		return failures;
	}
}

/** Beside the file first, then by its name: who reads it sees the old one or the new one. */
function replace(path: string, make: (fresh: string) => void, mode: number): void {
	const fresh = `${path}.brig-new`;
	try {
		rmSync(fresh, { force: true });
		make(fresh);
		chmodSync(fresh, mode);
		renameSync(fresh, path);
	} catch (error) {
		rmSync(fresh, { force: true });
		throw error;
	}
}

function point(path: string, target: string): void {
	const fresh = `${path}.brig-new`;
	rmSync(fresh, { force: true });
	symlinkSync(target, fresh);
	renameSync(fresh, path);
}
