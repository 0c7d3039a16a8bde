/**
 * Compares the mounts that PID 1 of a jail sees with the list that was asked for.
 * @module
 */
import { plain, same } from "./attest-words.ts";
import type { Mount } from "./mounts.ts";

/** One line of /proc/self/mountinfo, as sandbox/init.py reports it. */
export interface SeenMount {
	target: string;
	options: string;
	/** The groups of mounts that changes go to or come from; empty when there are none. */
	shared: string;
	/** The file system, and what it says of itself. */
	type: string;
	super: string;
	/** `device:inode` of what is at the mount point. */
	file: string;
}

/** What the kernel must say of one mount. */
interface WantedMount {
	flags: string[];
	/** The file system and what it was told; null for what belongs to the host. */
	type: string | null;
	told: string[];
	/** `device:inode`; null for what the jail alone has. */
	file: string | null;
}

/**
 * A fault for each mount that was asked for and is not there once, in its mode and of its kind, and for each other.
 * @param sources `device:inode` of what is mounted from the host, by target
 */
export function mountFaults(
	seen: readonly SeenMount[],
	mounts: readonly Mount[],
	sources: Readonly<Record<string, string>>,
): string[] {
	const wanted = new Map<string, WantedMount>([
		["/", { flags: ["ro"], type: "tmpfs", told: [], file: null }],
		...mounts.flatMap((mount): [string, WantedMount][] =>
			mount.kind === "link" ? [] : [[mount.target, wantedOf(mount, sources)]],
		),
	]);
	const faults: string[] = [];
	for (const mount of seen) {
		const want = wanted.get(mount.target);
		const name = `mount ${plain(mount.target)}`;
		if (!want) {
			faults.push(`${name} was not asked for`);
			continue;
		}
		wanted.delete(mount.target);
		const has = (list: string, entry: string) => list.split(",").includes(entry);
		const lacks = [
			...want.flags.filter((flag) => !has(mount.options, flag)),
			...want.told.filter((entry) => !has(mount.super, entry)),
		];
		if (lacks.length) faults.push(`${name} lacks ${lacks.join(",")}`);
		if (mount.shared !== "") faults.push(`${name} shares its changes: ${plain(mount.shared)}`);
		if (want.type !== null) faults.push(...same(`the file system of ${name}`, mount.type, want.type));
		if (want.file !== null) faults.push(...same(`the file at ${name}`, mount.file, want.file));
	}
	for (const target of wanted.keys()) faults.push(`mount ${target} is not there`);
	return faults;
}

function wantedOf(
	mount: Exclude<Mount, { kind: "link" }>,
	sources: Readonly<Record<string, string>>,
): WantedMount {
	const quiet = ["nosuid", "nodev"];
	switch (mount.kind) {
		case "bind": {
			const flags = mount.device ? ["rw", "nosuid", "noexec"] : ["ro", ...quiet];
			return { flags, type: null, told: [], file: sources[mount.target] ?? "a file of the host" };
		}
		case "tmpfs": {
			const told = tmpfsOptions(mount.options);
			return { flags: [mount.writable ? "rw" : "ro", ...quiet], type: "tmpfs", told, file: null };
		}
		case "text":
			return { flags: ["ro", ...quiet, "noexec"], type: "tmpfs", told: [], file: null };
		case "proc": {
			const told = ["subset=pid", "hidepid=invisible"];
			return { flags: ["ro", ...quiet, "noexec"], type: "proc", told, file: null };
		}
	}
}

/** The options of a tmpfs as the kernel repeats them: sizes in KiB, and no mode that is the usual one. */
function tmpfsOptions(options: string): string[] {
	return options
		.split(",")
		.filter((option) => option !== "mode=1777")
		.map((option) => option.replace(/^size=(\d+)m$/, (_, mib) => `size=${Number(mib) * 1024}k`));
}
