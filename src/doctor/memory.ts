/** The machine's memory: sandboxes get what the host and the server leave of it. @module */
import { readFileSync } from "node:fs";
import type { Check } from "./check.ts";
import { fail, ok, warn } from "./finding.ts";

/** What the host keeps of a small machine, and what sandboxes need together. */
const LEAST_MIB = 384 + 256;
const FEW_MIB = 960;
const LEAST_FREE_MIB = 256;

export const memory: Check = {
	name: "memory",
	run() {
		const text = readFileSync("/proc/meminfo", "utf8");
		const [total, free] = [mib(text, "MemTotal"), mib(text, "MemAvailable")];
		const room = `${total} MiB, ${free} MiB of them free`;
		if (total < LEAST_MIB)
			return fail(
				`${room}: sandboxes need ${LEAST_MIB} MiB in all`,
				"Use a machine with 1 GiB of memory or more.",
			);
		if (total < FEW_MIB)
			return warn(`${room}: few sandboxes at once`, "A machine with 2 GiB has room for more.");
		if (free < LEAST_FREE_MIB)
			return warn(
				`${room}`,
				"See what takes the memory (`ps aux --sort=-rss | head`), or use a larger machine.",
			);
		return ok(room);
	},
};

function mib(text: string, name: string): number {
	return Math.floor(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) / 1024);
}
