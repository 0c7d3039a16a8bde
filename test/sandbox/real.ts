/** Real jails for tests: the parts of dist/embed, unpacked into a folder of the test's own. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canMapIds } from "../../src/sandbox/outer-ids.ts";
import { type Parts, unpackParts } from "../../src/sandbox/parts.ts";

interface Test {
	teardown(action: () => unknown): unknown;
}

export const LIMITS = { memory_mb: 256, cpu: 1, processes: 64, scratch_mb: 64, open_files: 256 };

/** Why jails can't be had here; false when they can. */
export const noJails = canMapIds() ? false : "this user can map no ids but its own, so no jail is a real one";

/** A folder that the ids of jails can walk into, removed at the end. */
export function walkableFolder(t: Test): string {
	const folder = mkdtempSync(join(tmpdir(), "brig-jails-"));
	chmodSync(folder, 0o711);
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

export async function makeParts(t: Test): Promise<{ parts: Parts & { executable: string }; folder: string }> {
	const folder = walkableFolder(t);
	mkdirSync(join(folder, "bin"), { mode: 0o711 });
	const parts = await unpackParts(join(folder, "bin"));
	return { parts: { ...parts, executable: process.execPath }, folder };
}

/** Process ids whose command line or start came from this folder: its nsjail, and nothing of another test. */
export function processesOf(folder: string): number[] {
	return processes().filter((pid) => {
		try {
			return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder);
		} catch {
			return false;
		}
	});
}

/** True while a process exists that is not just waiting to be collected. */
export function isAlive(pid: number): boolean {
	try {
		return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
	} catch {
		return false;
	}
}

export function processes(): number[] {
	return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

/** Resolves when the condition holds; throws after ten seconds. */
export async function until(what: string, condition: () => boolean): Promise<void> {
	const end = performance.now() + 10_000;
	while (!condition()) {
		if (performance.now() > end) throw new Error(`still not: ${what}`);
		await Bun.sleep(5);
	}
}
