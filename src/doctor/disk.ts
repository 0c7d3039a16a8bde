/** Room and inodes where the data is, or will be. @module */
import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Check } from "./check.ts";
import { fail, ok, warn } from "./finding.ts";

const MIB = 1024 * 1024;
/** Below this a start, which unpacks and migrates, fails. */
const LEAST_MIB = 128;
const FEW_MIB = 512;
const LEAST_INODES = 1_000;

export const disk: Check = {
	name: "disk",
	run({ data }) {
		const place = nearest(data);
		if (isReadOnly(place))
			return fail(
				`${place} is on a file system that is mounted read-only`,
				`Remount it: see \`findmnt -T ${place}\` and \`dmesg\`.`,
			);
		const { bavail, bsize, files, ffree } = statfsSync(place);
		const free = Math.floor((bavail * bsize) / MIB);
		const room = `${free} MiB free at ${place}`;
		const remedy = `Make room on the file system of ${place} (\`du -xh ${place} | sort -h | tail\`), or move the data.`;
		if (free < LEAST_MIB) return fail(`only ${room}`, remedy);
		// Some file systems make inodes as they need them, and count none.
		if (files > 0 && ffree < LEAST_INODES) return fail(`only ${ffree} inodes free at ${place}`, remedy);
		const database = sizeMb(join(data, "brig.db"));
		if (free < database) return warn(`${room}: a backup needs ${database}`, remedy);
		return free < FEW_MIB ? warn(`only ${room}`, remedy) : ok(room);
	},
};

/** The folder, or the one above it that is there. */
function nearest(folder: string): string {
	return existsSync(folder) || folder === dirname(folder) ? folder : nearest(dirname(folder));
}

function isReadOnly(folder: string): boolean {
	try {
		accessSync(folder, constants.W_OK);
		return false;
	} catch (error) {
		return (error as { code?: string }).code === "EROFS";
	}
}

function sizeMb(file: string): number {
	return Math.ceil((statSync(file, { throwIfNoEntry: false })?.size ?? 0) / MIB);
}
