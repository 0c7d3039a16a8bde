/**
 * The system user of the service, and the 65,536 ids that its sandboxes run under.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { ID_COUNT, UNCLAIMED_START } from "../sandbox/outer-ids.ts";
import type { Changes } from "./changes.ts";
import { DATA, SUBORDINATE, USER } from "./paths.ts";
import { ask, run } from "./programs.ts";

export interface Ids {
	uid: number;
	gid: number;
	/** The first of the reserved ids. */
	start: number;
}

/** The highest id that is no special value (`man 5 subuid`, `man 2 chown`). */
const LAST_ID = 4_294_967_293;

/** The service's user as /etc/passwd or another source knows it, or null. */
export async function findUser(): Promise<{ uid: number; gid: number } | null> {
	const [, , uid, gid] = (await ask(["getent", "passwd", USER])).stdout.split(":");
	return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

/** Makes the user unless it exists. Throws an Error when it may log in or is root: then it is somebody's. */
export async function ensureUser(changes: Changes): Promise<{ uid: number; gid: number; made: boolean }> {
	const known = await findUser();
	if (known) {
		const shell = (await run(["getent", "passwd", USER])).split(":")[6] ?? "";
		if (known.uid === 0 || !/\/(nologin|false)$/.test(shell)) {
			throw new Error(
				`There is a user ${USER} that may log in (uid ${known.uid}, ${shell}). The service needs that name for itself: rename the user, then run this again.`,
			);
		}
		return { ...known, made: false };
	}
	await run([
		...["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", DATA],
		...["--shell", "/usr/sbin/nologin", "--comment", "Brig, a code-mode MCP server", USER],
	]);
	changes.add(`the user ${USER}`, async () => {
		await run(["userdel", USER]);
	});
	const made = await findUser();
	if (!made) throw new Error(`useradd made no user ${USER}`);
	return { ...made, made: true };
}

/** Reserves the ids in /etc/subuid and /etc/subgid, or finds them reserved; the first of them. */
export function ensureRange(changes: Changes): number {
	const tables = SUBORDINATE.map(readRanges);
	const own = tables.map((ranges) => ranges.find(({ user, count }) => user === USER && count >= ID_COUNT));
	const start = own[0]?.start ?? own[1]?.start ?? freeStart(tables.flat());
	for (const [index, path] of SUBORDINATE.entries()) {
		if (own[index]?.start === start) continue;
		const text = existsSync(path) ? readFileSync(path, "utf8") : "";
		const others = text.split("\n").filter((line) => line !== "" && !line.startsWith(`${USER}:`));
		changes.file(path, `${[...others, `${USER}:${start}:${ID_COUNT}`].join("\n")}\n`, 0o644);
	}
	return start;
}

interface Range {
	user: string;
	start: number;
	count: number;
}

function readRanges(path: string): Range[] {
	if (!existsSync(path)) return [];
	return readFileSync(path, "utf8")
		.split("\n")
		.flatMap((line) => {
			const [user = "", start, count] = line.split(":");
			return /^\d+$/.test(start ?? "") && /^\d+$/.test(count ?? "")
				? [{ user, start: Number(start), count: Number(count) }]
				: [];
		});
}

/** The first place, above what is claimed by default, where nobody's range lies. */
function freeStart(taken: Range[]): number {
	for (let start = UNCLAIMED_START; start + ID_COUNT <= LAST_ID; start += ID_COUNT) {
		const free = taken.every(
			(range) => range.start + range.count <= start || start + ID_COUNT <= range.start,
		);
		if (free) return start;
	}
	throw new Error("/etc/subuid leaves no 65,536 ids free for brig's sandboxes");
}

/** Takes the reservation out again. */
export function removeRange(changes: Changes): void {
	for (const path of SUBORDINATE) {
		if (!existsSync(path)) continue;
		const lines = readFileSync(path, "utf8").split("\n");
		changes.file(path, lines.filter((line) => !line.startsWith(`${USER}:`)).join("\n"), 0o644);
	}
}
