/**
 * Which control group this server may divide among jails, or why there is none and what to do about it.
 * @module
 */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Cgroups, withoutCgroups } from "./cgroup.ts";
import { groupOf, MOUNT, readText } from "./cgroup-files.ts";
import { delegatedCgroups, JAILS, SUPERVISOR } from "./cgroup-v2.ts";
import { CONTROLLERS } from "./jail-group.ts";
import { hasAttribute } from "./libc.ts";

/** The delegated group, or the development mode when that was asked for. Throws an Error that says what to do. */
export function findCgroups(without: boolean): Cgroups {
	if (without) return withoutCgroups;
	const kernelLacks = machineLacks();
	if (kernelLacks) {
		throw new Error(
			`This machine has no control groups that could bound sandboxes: ${kernelLacks}. Boot it with the kernel parameters systemd.unified_cgroup_hierarchy=1 cgroup_enable=memory, or, for development only, add --without-cgroups.`,
		);
	}
	const { group, refusal } = ownDelegation();
	if (refusal) {
		throw new Error(
			`No control group is delegated to this process (${refusal}), so sandboxes could not be bounded. Start it in one:\n\n  ${command()}\n\nor as a service with Delegate=${CONTROLLERS.join(" ")}, or, for development only, with --without-cgroups.`,
		);
	}
	return delegatedCgroups(group);
}

/** What this machine lacks of the control groups that bound sandboxes, or null. */
export function machineLacks(): string | null {
	const missing = lacking(MOUNT);
	return missing && `${missing} at ${MOUNT}`;
}

/** This process's group, and why it must not be divided; null when it may. Only looks. */
export function ownDelegation(): { group: string; refusal: string | null } {
	const group = ownGroup();
	return { group, refusal: undelegated(group) };
}

/** This process's group; when an earlier server has moved it into supervisor/, the group that was divided then. */
function ownGroup(): string {
	const group = groupOf("self");
	const divided = basename(group) === SUPERVISOR && existsSync(join(dirname(group), JAILS));
	return divided ? dirname(group) : group;
}

/** Why a group must not be divided, or null. */
function undelegated(group: string): string | null {
	if (join(group) === join(MOUNT, "/")) return "it is in the root group";
	if (!existsSync(group)) return `${group} is not there`;
	// Root could write to any group, but systemd takes back what it has not given away (systemd.io/CGROUP_DELEGATION).
	const given = ["user.delegate", "trusted.delegate"].some((name) => hasAttribute(group, name));
	if (existsSync("/run/systemd/system") && !given) return `systemd keeps ${group} to itself`;
	const lacks = lacking(group);
	return lacks && `${group} has ${lacks}`;
}

/** Which controllers a group does not offer, or null. */
function lacking(group: string): string | null {
	if (!existsSync(join(group, "cgroup.controllers"))) return "no cgroup v2";
	const have = readText(group, "cgroup.controllers").split(" ");
	const missing = CONTROLLERS.filter((name) => !have.includes(name));
	return missing.length ? `no controller ${missing.join(", ")}` : null;
}

/** This very command, in a delegated group. Only root may give each sandbox a user id of its own. */
function command(): string {
	const root = process.getuid?.() === 0 ? "" : "sudo ";
	const own = [process.execPath, ...process.argv.slice(2)].map(quote).join(" ");
	return `${root}systemd-run --scope -p 'Delegate=${CONTROLLERS.join(" ")}' ${own}`;
}

function quote(argument: string): string {
	return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
