/**
 * Divides a delegated control group of cgroup v2 (kernel.org: cgroup-v2.rst, "Delegation") among jails:
 *
 *     GROUP/            given by systemd; no process stays in it, else the kernel lets nobody divide it
 *       supervisor/     this server, and every nsjail; weighs most when CPU is short
 *       jails/          memory.max for all jails together
 *         j-<id>/       one jail
 * @module
 */
import { closeSync, existsSync, mkdirSync, openSync, statSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { type Cgroups, MemoryBeyond, MemoryTaken } from "./cgroup.ts";
import {
	innerGroups,
	killGroup,
	lowestLimit,
	readNumber,
	readText,
	removeGroup,
	write,
} from "./cgroup-files.ts";
import { JailError } from "./jail-error.ts";
import { CONTROLLERS, ENABLE, MIB, makeJailGroup } from "./jail-group.ts";
import { lockDescriptor } from "./libc.ts";
import { shortage } from "./start-failure.ts";

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

const START_PATIENCE_MS = 5_000;
const PATIENCE_MS = 50;
const PAUSE_MS = 5;

/**
 * Takes the group over: moves its processes to supervisor/, ends what an earlier server left in jails/, and bounds
 * all jails together. Throws an Error with one sentence when the kernel refuses or another server has the group.
 */
export function delegatedCgroups(group: string): Cgroups {
	const jails = join(group, JAILS);
	const most = sharedMemory(group);
	if (most.mb < LEAST_MIB) throw new Error(tooLittle(most));
	const lock = new Lock(jails);
	try {
		divide(group, most.mb, lock, START_PATIENCE_MS);
		sweep(jails);
	} catch (error) {
		throw new Error(
			`The control group ${group} can't be divided among sandboxes: ${(error as Error).message}. Give brig one of its own, as a service with Delegate=${CONTROLLERS.join(" ")} or by systemd-run --scope -p 'Delegate=${CONTROLLERS.join(" ")}'.`,
		);
	}
	if (!existsSync(join(jails, "memory.peak"))) {
		throw new Error("This kernel does not count a group's peak memory: brig needs Linux 5.19 or newer.");
	}
	let takenMb = 0;
	/** What all jails may have now: the limits above may have changed, and what others changed in jails/ is put right. */
	const mostMb = () => {
		const { mb } = sharedMemory(group);
		if (!divided(group, mb)) divide(group, mb, lock, PATIENCE_MS);
		return mb;
	};
	return {
		get memoryMb() {
			return sharedMemory(group).mb;
		},
		freeMb: () => sharedMemory(group).mb - takenMb,
		usedMb: () => used(jails),
		description: `control group ${group}, ${most.mb} MiB of memory for all sandboxes`,
		enabled: true,
		create(id, limits, weight) {
			const wanted = limits.memory_mb;
			try {
				const all = mostMb();
				if (wanted > all) throw new MemoryBeyond(wanted, all);
				// The limits of live jails never exceed what there is, so a jail is only ever killed for its own.
				if (takenMb + wanted > all) {
					throw new MemoryTaken(
						`${wanted} MiB for a sandbox are more than what is free of the ${all} MiB for all of them (${all - takenMb} MiB)`,
					);
				}
				const made = makeJailGroup(join(jails, `${JAIL}${id}`), limits, weight, () => {
					takenMb -= wanted;
				});
				takenMb += wanted;
				return { ...made, faults: (pid) => [...sharedFaults(mostMb), ...made.faults(pid)] };
			} catch (error) {
				if (error instanceof JailError) throw error;
				const reason =
					shortage(error) ??
					`the control group ${jails} can't be divided any more (${(error as Error).message}): another program has changed it, or brig's limits; restart brig in a control group of its own`;
				throw new JailError(reason, reason);
			}
		},
	};
}

/** What can't be put right above a jail, which it must not be used without. */
function sharedFaults(putRight: () => number): string[] {
	try {
		putRight();
		return [];
	} catch (error) {
		return [`the limits of all sandboxes together are not in force (${(error as Error).message})`];
	}
}

/** The lock that keeps a second server off jails/; taken again when somebody has put another folder in its place. */
class Lock {
	#file: number | null = null;
	#inode = 0n;

	constructor(private readonly folder: string) {}

	/** Throws when another server has it. */
	hold(): void {
		const { ino } = statSync(this.folder, { bigint: true });
		if (this.#file !== null && ino === this.#inode) return;
		// Not closed before the end: the lock ends with the process.
		const file = openSync(this.folder, "r");
		if (!lockDescriptor(file)) {
			closeSync(file);
			throw new Error("another brig server already uses it");
		}
		if (this.#file !== null) closeSync(this.#file);
		this.#file = file;
		this.#inode = ino;
	}
}

/** Makes supervisor/ and jails/ what they must be. Throws the kernel's refusal. */
function divide(group: string, mb: number, lock: Lock, patienceMs: number): void {
	const jails = join(group, JAILS);
	for (const folder of [join(group, SUPERVISOR), jails]) if (!existsSync(folder)) mkdirSync(folder);
	lock.hold();
	moveProcesses(group, patienceMs);
	write(group, "cgroup.subtree_control", ENABLE);
	write(jails, "cgroup.subtree_control", ENABLE);
	for (const [file, value] of sharedLimits(group, mb)) write(jails, file, value);
	write(join(group, SUPERVISOR), "cpu.weight", SERVER_WEIGHT);
}

/** True while jails/ bounds what is in it as `divide` has said. */
function divided(group: string, mb: number): boolean {
	const jails = join(group, JAILS);
	try {
		const given = readText(jails, "cgroup.subtree_control").split(" ");
		return (
			CONTROLLERS.every((name) => given.includes(name)) &&
			sharedLimits(group, mb).every(([file, value]) => readText(jails, file) === value)
		);
	} catch {
		return false;
	}
}

/** What bounds all jails together. */
function sharedLimits(group: string, mb: number): [string, string][] {
	return [
		["memory.max", String(mb * MIB)],
		["pids.max", sharedProcesses(group)],
		["cpu.weight", String(JAILS_WEIGHT)],
	];
}

/** What all jails may have together now, in MiB, and what decided it. */
interface Shared {
	mb: number;
	machineMb: number;
	limitMb: number;
}

function sharedMemory(group: string): Shared {
	const machineMb = totalmem() / MIB;
	const limitMb = lowestLimit(group, "memory.max") / MIB;
	const rest = Math.min(machineMb - Math.max(HOST_MIB, HOST_SHARE * machineMb), limitMb - SERVER_MIB);
	return { mb: Math.max(0, Math.floor(rest)), machineMb, limitMb };
}

/** What a group and all in it use now, in MiB; null while it can't be read, as when somebody has removed it. */
function used(group: string): number | null {
	try {
		return readNumber(group, "memory.current") / MIB;
	} catch {
		return null;
	}
}

function tooLittle({ machineMb, limitMb }: Shared): string {
	const bounded =
		limitMb < machineMb ? ` and a limit of ${Math.floor(limitMb)} MiB on its control group (MemoryMax=)` : "";
	return `Sandboxes would have less than ${LEAST_MIB} MiB together on this machine with ${Math.floor(machineMb)} MiB of memory${bounded}: the host keeps ${HOST_MIB} MiB or a fifth, the server ${SERVER_MIB} MiB of its limit. Give it more.`;
}

/** A limit on the group's processes must not stop the server when jails have used it up. */
function sharedProcesses(group: string): string {
	const limit = lowestLimit(group, "pids.max");
	return limit === Infinity ? "max" : String(Math.max(limit - SERVER_PROCESSES, Math.floor(limit / 2)));
}

/** Every process, also those that are born meanwhile: the wrapper and the shell that started this server too. */
function moveProcesses(group: string, patienceMs: number): void {
	retry("its processes can't be moved", patienceMs, () => {
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
		retry(`${name} of an earlier server does not end`, START_PATIENCE_MS, () => {
			killGroup(join(jails, name));
			return removeGroup(join(jails, name));
		});
	}
}

/** Waits by holding the whole server up: for its start, or a moment. */
function retry(failure: string, patienceMs: number, attempt: () => boolean): void {
	const end = performance.now() + patienceMs;
	while (!attempt()) {
		if (performance.now() > end) throw new Error(failure);
		Bun.sleepSync(PAUSE_MS);
	}
}
