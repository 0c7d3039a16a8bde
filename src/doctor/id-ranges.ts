/** Whether the ids that sandboxes run under are nobody else's. @module */
import { existsSync, readFileSync } from "node:fs";
import { someNames } from "../functions/text.ts";
import { type OuterRange, outerRange } from "../sandbox/outer-ids.ts";
import type { Check } from "./check.ts";
import { fail, ok } from "./finding.ts";

/** A line of /etc/subuid or /etc/subgid. */
interface Range {
	owner: string;
	start: number;
	count: number;
}

export const idRanges: Check = {
	name: "id-ranges",
	run() {
		const own = outerRange();
		const last = own.start + own.count - 1;
		const faults = [
			...rangeFaults(own, "/etc/subuid"),
			...rangeFaults(own, "/etc/subgid"),
			...accountFaults(own, "/etc/passwd", "user"),
			...accountFaults(own, "/etc/group", "group"),
		];
		if (faults.length) {
			return fail(
				`sandboxes run as ${own.start} to ${last}, and so do others: ${someNames(faults, 4)}`,
				`Give ${own.owner ?? "brig"} 65,536 ids that nobody has, the same in /etc/subuid and /etc/subgid, and restart the server.`,
			);
		}
		if (own.owner === null) return ok(`${own.start} to ${last}, which nobody claims`);
		const group = ranges("/etc/subgid").find(
			({ owner, start }) => owner === own.owner && start === own.start,
		);
		if (group && group.count >= own.count) return ok(`${own.start} to ${last}, reserved for ${own.owner}`);
		return fail(
			`${own.start} to ${last} are reserved for ${own.owner} in /etc/subuid and not in /etc/subgid`,
			`Add this line to /etc/subgid: ${own.owner}:${own.start}:${own.count}`,
		);
	},
};

/** Ranges of others that have ids of ours. */
function rangeFaults(own: OuterRange, file: string): string[] {
	return ranges(file)
		.filter(({ owner, start, count }) => {
			const mine = owner === own.owner && start === own.start;
			return !mine && start < own.start + own.count && own.start < start + count;
		})
		.map(({ owner, start, count }) => `${owner} has ${start} to ${start + count - 1} in ${file}`);
}

/** Accounts with an id of ours. */
function accountFaults(own: OuterRange, file: string, kind: string): string[] {
	return lines(file).flatMap((line) => {
		const [name = "", , id = ""] = line.split(":");
		const number = Number(id || Number.NaN);
		return number >= own.start && number < own.start + own.count ? [`the ${kind} ${name} is ${number}`] : [];
	});
}

function ranges(file: string): Range[] {
	return lines(file).flatMap((line) => {
		const [owner = "", start, count] = line.split(":");
		const range = { owner, start: Number(start), count: Number(count) };
		return Number.isSafeInteger(range.start) && range.count > 0 ? [range] : [];
	});
}

function lines(file: string): string[] {
	return existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
}
