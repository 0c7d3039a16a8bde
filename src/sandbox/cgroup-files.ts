/**
 * The files of cgroup v2, as kernel.org's cgroup-v2.rst describes them: small texts, one value or one table each.
 * @module
 */
import { existsSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where the kernel shows the groups. */
export const MOUNT = "/sys/fs/cgroup";

/** The group that a process is in. Throws when the process is gone. */
export function groupOf(pid: number | "self"): string {
	const path = /^0::(\/.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, "utf8"))?.[1] ?? "/";
	return join(MOUNT, path);
}

/** One whole file, trimmed. Throws when it can't be read. */
export function readText(group: string, file: string): string {
	return readFileSync(join(group, file), "utf8").trim();
}

/** The number in a file; Infinity for `max`. Throws when it can't be read. */
export function readNumber(group: string, file: string): number {
	const text = readText(group, file);
	return text === "max" ? Infinity : Number(text);
}

/** One number of a table of `name value` lines; 0 when it has no such line. Throws when it can't be read. */
export function readEntry(group: string, file: string, name: string): number {
	const line = readText(group, file)
		.split("\n")
		.find((entry) => entry.startsWith(`${name} `));
	return Number(line?.slice(name.length + 1) ?? 0);
}

/** Writes one value. Throws the kernel's refusal. */
export function write(group: string, file: string, value: string | number): void {
	writeFileSync(join(group, file), String(value));
}

/** The smallest value of a limit on a group and on all above it, Infinity when none has one. */
export function lowestLimit(group: string, file: string): number {
	let lowest = Infinity;
	for (let above = group; existsSync(join(above, "cgroup.procs")); above = dirname(above)) {
		// The root group has no limits at all.
		if (existsSync(join(above, file))) lowest = Math.min(lowest, readNumber(above, file));
	}
	return lowest;
}

/** The groups directly inside one, by name. */
export function innerGroups(group: string): string[] {
	return readdirSync(group, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map((entry) => entry.name);
}

/** Kills every process in and below a group, as far as the kernel lets it; a group that is gone has none. */
export function killGroup(group: string): void {
	try {
		write(group, "cgroup.kill", 1);
	} catch {
		// Gone meanwhile, or somebody else's now: its removal shows whether anything in it still lives.
	}
}

/** Removes a group and those in it, innermost first. False while the kernel holds one: something in it still lives. */
export function removeGroup(group: string): boolean {
	if (!existsSync(group)) return true;
	try {
		for (const inner of innerGroups(group)) if (!removeGroup(join(group, inner))) return false;
		rmdirSync(group);
		return true;
	} catch {
		return !existsSync(group);
	}
}
