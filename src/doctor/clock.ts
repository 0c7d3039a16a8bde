/** The machine's clock: certificates, keys and the ledger go by it. @module */
import { statSync } from "node:fs";
import { join } from "node:path";
import { clockIsSynchronised } from "../sandbox/libc.ts";
import type { Check } from "./check.ts";
import { fail, ok, warn } from "./finding.ts";

/** What two clocks may differ by where a file came from another machine. */
const SLACK_MS = 5 * 60_000;
const SYNCHRONISE = "timedatectl set-ntp true (after apt install systemd-timesyncd, if that is missing)";

/** @param synchronised what the kernel says of its clock; null when it does not say */
export function clockCheck(synchronised: () => boolean | null = clockIsSynchronised): Check {
	return {
		name: "clock",
		run({ data }) {
			const now = Date.now();
			const time = `${new Date(now).toISOString().slice(0, 19).replace("T", " ")} UTC`;
			for (const file of ["/proc/self/exe", join(data, "brig.db"), join(data, "brig.db-wal")]) {
				const changed = changedAt(file);
				if (changed !== null && changed > now + SLACK_MS) {
					const name = file === "/proc/self/exe" ? process.execPath : file;
					return fail(
						`it is behind: it says ${time}, and ${name} is of ${new Date(changed).toISOString().slice(0, 10)}`,
						`Set it: ${SYNCHRONISE}.`,
					);
				}
			}
			const isRight = synchronised();
			if (isRight === null) return ok(`${time}; the kernel does not say whether it is synchronised`);
			if (isRight) return ok(`${time}, synchronised`);
			return warn(`${time}, not synchronised`, SYNCHRONISE);
		},
	};
}

function changedAt(file: string): number | null {
	return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
