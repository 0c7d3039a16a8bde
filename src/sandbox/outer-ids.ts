/**
 * Which user id of the host a jail's user is. Every live jail has its own, so that no jail can signal, trace or
 * outnumber another even if the namespaces failed.
 * @module
 */
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";

/** Above every range that login users, systemd or containers take by default (systemd.io/UIDS-GIDS). */
export const UNCLAIMED_START = 1_900_000_000;
/** How many ids the jails have together. */
export const ID_COUNT = 65_536;

export interface OuterIds {
	/** One id for one jail, or null where jails run under the server's own id. */
	take(): number | null;
	give(id: number | null): void;
}

/** True when this process may map ids that are not its own (CAP_SETUID and CAP_SETGID in its user namespace). */
export function canMapIds(): boolean {
	const line = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
	const SETGID = 6n;
	const SETUID = 7n;
	const caps = BigInt(`0x${line}`);
	return ((caps >> SETGID) & 1n) === 1n && ((caps >> SETUID) & 1n) === 1n;
}

/** The ids that jails run under, users and groups alike. */
export interface OuterRange {
	start: number;
	count: number;
	/** For whom /etc/subuid reserves it; null for one that nobody claims by default. */
	owner: string | null;
}

/** The range that /etc/subuid reserves for `brig` or for this user; else, for root, one that nobody claims by default. */
export function outerRange(): OuterRange {
	const unclaimed = { start: UNCLAIMED_START, count: ID_COUNT, owner: null };
	let table = "";
	try {
		table = readFileSync("/etc/subuid", "utf8");
	} catch {
		return unclaimed;
	}
	for (const name of ["brig", userInfo().username]) {
		for (const line of table.split("\n")) {
			const [user, start, count] = line.split(":");
			if (user === name && name !== "root" && Number(count) >= ID_COUNT) {
				return { start: Number(start), count: ID_COUNT, owner: name };
			}
		}
	}
	return unclaimed;
}

/** Hands out ids in turn, so that one just given back rests longest. */
export function outerIds(): OuterIds {
	if (!canMapIds()) return { take: () => null, give: () => {} };
	const { start } = outerRange();
	const taken = new Set<number>();
	let next = 0;
	return {
		take() {
			for (let tries = 0; tries < ID_COUNT; tries++) {
				const id = start + (next++ % ID_COUNT);
				if (taken.has(id)) continue;
				taken.add(id);
				return id;
			}
			throw new Error("all outer ids are taken");
		},
		give(id) {
			if (id !== null) taken.delete(id);
		},
	};
}
