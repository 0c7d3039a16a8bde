/**
 * Which control group this server may divide among jails, or why there is none.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Cgroups, withoutCgroups } from "./cgroup.ts";
import { delegatedCgroups } from "./cgroup-v2.ts";

const CONTROLLERS = ["cpu", "memory", "pids"];
const MOUNT = "/sys/fs/cgroup";

/** The delegated group, or the development mode when that was asked for. Throws an Error that says what to do. */
export function findCgroups(without: boolean): Cgroups {
	if (without) return withoutCgroups;
	const own = /^0::(\/.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1] ?? "/";
	const group = join(MOUNT, own);
	const missing = missingControllers(group);
	if (own === "/" || missing) {
		const user = process.getuid?.() === 0 ? "" : "--user ";
		throw new Error(
			`No control group is delegated to this process (${missing ?? "it is in the root group"}), so sandboxes could not be bounded. Start it in one:\n\n  systemd-run ${user}--scope -p 'Delegate=cpu memory pids' ${process.execPath} serve\n\nor, for development only, with --without-cgroups.`,
		);
	}
	return delegatedCgroups(group);
}

function missingControllers(group: string): string | null {
	if (!existsSync(join(MOUNT, "cgroup.controllers")))
		return "this machine has no cgroup v2 at /sys/fs/cgroup";
	const file = join(group, "cgroup.controllers");
	const have = existsSync(file) ? readFileSync(file, "utf8").trim().split(" ") : [];
	const lacking = CONTROLLERS.filter((name) => !have.includes(name));
	return lacking.length ? `it lacks the controllers ${lacking.join(", ")}` : null;
}
