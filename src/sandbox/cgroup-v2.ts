/**
 * Divides a delegated control group of cgroup v2 (kernel.org: cgroup-v2.rst, "Delegation") among jails:
 *
 *     GROUP/            given by systemd; no process stays in it, else the kernel lets nobody divide it
 *       supervisor/     this server, and every nsjail; weighs most when CPU is short
 *       jails/          memory.max for all jails together
 *         j-<id>/       one jail
 * @module
 */
import { existsSync, mkdirSync, openSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { type Cgroups, MemoryTaken } from "./cgroup.ts";
import { innerGroups, killGroup, lowestLimit, readText, removeGroup, write } from "./cgroup-files.ts";
import { ENABLE, MIB, makeJailGroup } from "./jail-group.ts";
import { lockDescriptor } from "./libc.ts";

/** Where the server itself moves to, inside its group. */
export const SUPERVISOR = "supervisor";
/** Where all jails are, inside the server's group. */
export const JAILS = "jails";
const JAIL = "j-";

/** What the host and the server keep: this share of the machine's memory, and at least so much. */
const HOST_SHARE = 0.2;
const HOST_MIB = 384;
/** What the server keeps of a limit on its own group. */
const SERVER_MIB = 256;
/** Threads of the server and the nsjail processes, which a limit on the group's processes counts too. */
const SERVER_PROCESSES = 256;
/** The server must answer when its jails take all they can get. */
const SERVER_WEIGHT = 1_000;
const JAILS_WEIGHT = 100;
/** Less than this for all jails is no use to anybody. */
const LEAST_MIB = 256;

const PATIENCE_MS = 5_000;
const PAUSE_MS = 5;

/**
 * Takes the group over: moves its processes to supervisor/, ends what an earlier server left in jails/, and bounds
 * all jails together. Throws an Error with one sentence when the kernel refuses or another server has the group.
 */
export function delegatedCgroups(group: string): Cgroups {
	const jails = join(group, JAILS);
	const bytes = sharedMemory(group);
	try {
		mkdirSync(join(group, SUPERVISOR), { recursive: true });
		mkdirSync(jails, { recursive: true });
		// Never closed: the lock ends with the process.
		if (!lockDescriptor(openSync(jails, "r"))) throw new Error("another brig server already uses it");
		moveProcesses(group);
		write(group, "cgroup.subtree_control", ENABLE);
		sweep(jails);
		write(jails, "cgroup.subtree_control", ENABLE);
		write(jails, "memory.max", bytes);
		write(jails, "pids.max", sharedProcesses(group));
		write(join(group, SUPERVISOR), "cpu.weight", SERVER_WEIGHT);
		write(jails, "cpu.weight", JAILS_WEIGHT);
	} catch (error) {
		throw new Error(
			`The control group ${group} can't be divided among sandboxes: ${(error as Error).message}.`,
		);
	}
	if (!existsSync(join(jails, "memory.peak"))) {
		throw new Error("This kernel does not count a group's peak memory: brig needs Linux 5.19 or newer.");
	}
	let taken = 0;
	return {
		memoryMb: Math.floor(bytes / MIB),
		freeMb: () => Math.floor((bytes - taken) / MIB),
		description: `control group ${group}, ${Math.floor(bytes / MIB)} MiB of memory for all sandboxes`,
		enabled: true,
		create(id, limits, weight) {
			const wanted = limits.memory_mb * MIB;
			// The limits of live jails never exceed what there is, so a jail is only ever killed for its own.
			if (taken + wanted > bytes) {
				throw new MemoryTaken(
					`${limits.memory_mb} MiB for a sandbox are more than what is free of the ${Math.floor(bytes / MIB)} MiB for all of them (${Math.floor((bytes - taken) / MIB)} MiB)`,
				);
			}
			taken += wanted;
			return makeJailGroup(join(jails, `${JAIL}${id}`), limits, weight, () => {
				taken -= wanted;
			});
		},
	};
}

/** Bytes for all jails together. */
function sharedMemory(group: string): number {
	const machine = totalmem();
	const limit = lowestLimit(group, "memory.max");
	const bytes = Math.floor(
		Math.min(machine - Math.max(HOST_MIB * MIB, HOST_SHARE * machine), limit - SERVER_MIB * MIB),
	);
	if (bytes < LEAST_MIB * MIB) {
		const bounded =
			limit < machine ? ` and a limit of ${Math.floor(limit / MIB)} MiB on its control group` : "";
		throw new Error(
			`Sandboxes would have less than ${LEAST_MIB} MiB together on this machine with ${Math.floor(machine / MIB)} MiB of memory${bounded}: the host keeps ${HOST_MIB} MiB or a fifth, the server ${SERVER_MIB} MiB of its limit.`,
		);
	}
	return bytes;
}

/** A limit on the group's processes must not stop the server when jails have used it up. */
function sharedProcesses(group: string): number | string {
	const limit = lowestLimit(group, "pids.max");
	return limit === Infinity ? "max" : Math.max(limit - SERVER_PROCESSES, Math.floor(limit / 2));
}

/** Every process, also those that are born meanwhile: the wrapper and the shell that started this server too. */
function moveProcesses(group: string): void {
	retry("its processes can't be moved", () => {
		const pids = readText(group, "cgroup.procs").split("\n").filter(Boolean);
		for (const pid of pids) {
			try {
				write(join(group, SUPERVISOR), "cgroup.procs", pid);
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
			}
		}
		return pids.length === 0;
	});
}

/** Ends the jails that a server left which was killed. */
function sweep(jails: string): void {
	for (const name of innerGroups(jails)) {
		if (!name.startsWith(JAIL)) continue;
		retry(`${name} of an earlier server does not end`, () => {
			killGroup(join(jails, name));
			return removeGroup(join(jails, name));
		});
	}
}

function retry(failure: string, attempt: () => boolean): void {
	const end = performance.now() + PATIENCE_MS;
	while (!attempt()) {
		if (performance.now() > end) throw new Error(failure);
		Bun.sleepSync(PAUSE_MS);
	}
}
