/**
 * Control groups of version 2: whether the machine has those that bound sandboxes, and who gives them to the server.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { JAILS, SUPERVISOR } from "../sandbox/cgroup-v2.ts";
import { machineLacks, ownDelegation } from "../sandbox/find-cgroups.ts";
import { CONTROLLERS } from "../sandbox/jail-group.ts";
import type { Check } from "./check.ts";
import { fail, ok, warn } from "./finding.ts";

const MOUNT = "/sys/fs/cgroup";
const NAMES = CONTROLLERS.join(", ");

export const controlGroups: Check = {
	name: "control-groups",
	async run(context) {
		const lacks = machineLacks();
		if (lacks) {
			return fail(
				`nothing can bound sandboxes: ${lacks}`,
				"Boot with the kernel parameters systemd.unified_cgroup_hierarchy=1 cgroup_enable=memory.",
			);
		}
		const server = await context.server();
		if (server.kind === "up" && server.pid !== null) return ofServer(server.pid);
		const { group, refusal } = ownDelegation();
		if (!refusal) return ok(`${NAMES}, delegated to this shell at ${group}`);
		if (existsSync("/run/systemd/system")) return ok(`${NAMES}; systemd delegates them to a service`);
		return fail(
			`there are ${NAMES}, but nobody delegates them: no systemd, and ${refusal}`,
			"Start the server in a control group of its own that it may divide.",
		);
	},
};

/** What the running server has made of its group. */
function ofServer(pid: number) {
	const group = groupOf(pid);
	if (group !== null && basename(group) === SUPERVISOR && existsSync(join(dirname(group), JAILS)))
		return ok(`${NAMES}, delegated to the server at ${dirname(group)}`);
	return warn(
		`the running server (process ${pid}) bounds its sandboxes without control groups: development mode`,
		"Start it without --without-cgroups, as a service (`brig install`) or with `systemd-run --scope -p 'Delegate=cpu memory pids'`.",
	);
}

function groupOf(pid: number): string | null {
	try {
		const own = /^0::(\/.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, "utf8"))?.[1];
		return own === undefined ? null : join(MOUNT, own);
	} catch {
		return null;
	}
}
