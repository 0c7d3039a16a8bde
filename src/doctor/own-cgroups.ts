/**
 * The control group that sandboxes of our own are bounded by, where that disturbs nobody.
 * @module
 */
import { type Cgroups, withoutCgroups } from "../sandbox/cgroup.ts";
import { innerGroups, readText } from "../sandbox/cgroup-files.ts";
import { findCgroups, machineLacks, ownDelegation } from "../sandbox/find-cgroups.ts";

/** Divides the group of this process only when nobody else is in it: the shell that called it is not moved. */
export function ownCgroups(): { cgroups: Cgroups; note: string } {
	const without = (why: string) => ({
		cgroups: withoutCgroups,
		note: `without control groups (${why})`,
	});
	if (machineLacks()) return without("this machine has none");
	const { group, refusal } = ownDelegation();
	if (refusal) return without("none is delegated to this shell");
	const alone = readText(group, "cgroup.procs") === String(process.pid) && innerGroups(group).length === 0;
	if (!alone) return without("others are in this shell's");
	return { cgroups: findCgroups(false), note: "with control groups" };
}
