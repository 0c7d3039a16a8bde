/**
 * What a server holds of its machine, counted from outside: processes, control groups, descriptors, mounts, files.
 * @module
 */
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { strangers } from "../../attack/support/host.ts";
import { descendants, marked, mountsOf, read } from "../../attack/support/processes.ts";
import { PATIENCE } from "../../patience.ts";

/** How many there are, by what they are. */
export type Counts = Record<string, number>;

/** A server and the folders that are its alone. */
export interface Held {
	pid: number;
	data: string;
	/** Its TMPDIR. */
	temporary: string;
}

/** Users of jails: above every id that a machine gives to anybody. */
const FIRST_JAIL_USER = 1_000_000_000;
const SETTLE_MS = 15_000 * PATIENCE;
const STEADY_LOOKS = 10;
const LOOK_MS = 50;

/** Everything at this moment. */
export function count(held: Held): Counts {
	const { pid, data, temporary } = held;
	return {
		"processes below the server": descendants(pid).length,
		"processes with its marks": marked(data, pid).length,
		"processes of jails' users": processesOfJails(data).length,
		"control groups": controlGroups(pid),
		...descriptors(pid, data),
		"mounts of the server": mountsOf(pid, [data, temporary]).length,
		"mounts of the host": mountsOf(process.pid, [data, temporary]).length,
		"files in temporary folders": strangers().length + mountPoints().length,
		"files in its own temporary folder": filesBelow(temporary),
		"files in its data folder": filesBelow(data),
	};
}

/** Waits until the counts are these, or for what they come to instead. */
export async function settle(held: Held, wanted: Counts): Promise<Counts> {
	const same = (counts: Counts) => JSON.stringify(sorted(counts)) === JSON.stringify(sorted(wanted));
	let now = count(held);
	for (const end = Date.now() + SETTLE_MS; !same(now) && Date.now() < end; now = count(held))
		await Bun.sleep(LOOK_MS);
	return now;
}

/** The counts once they have stayed the same for a while. Throws when they never do. */
export async function steady(held: Held): Promise<Counts> {
	let [now, looks] = [count(held), 0];
	for (const end = Date.now() + SETTLE_MS; looks < STEADY_LOOKS; ) {
		if (Date.now() > end) throw new Error(`the server does not come to rest: ${JSON.stringify(now)}`);
		await Bun.sleep(LOOK_MS);
		const next = count(held);
		looks = JSON.stringify(next) === JSON.stringify(now) ? looks + 1 : 0;
		now = next;
	}
	return now;
}

const sorted = (counts: Counts) => Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));

/**
 * Processes of a jail's user that are not in the jail of another server on this machine. One that has ended and that
 * the machine's own first process is to collect is nobody's any more.
 */
export function processesOfJails(data: string): number[] {
	return readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name))
		.map(Number)
		.filter((pid) => {
			const status = read(`/proc/${pid}/status`) ?? "";
			const user = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1] ?? 0);
			const orphaned = /^State:\s+Z/m.test(status) && /^PPid:\s+1$/m.test(status);
			return user >= FIRST_JAIL_USER && !orphaned && !isOfAnother(pid, data);
		});
}

/** Whether a process is below an nsjail that another data folder started. */
function isOfAnother(pid: number, data: string): boolean {
	for (let above = pid; above > 1; ) {
		const command = read(`/proc/${above}/cmdline`) ?? "";
		if (command.includes("/nsjail\0")) return !command.includes(data);
		above = Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${above}/status`) ?? "")?.[1] ?? 0);
	}
	return false;
}

/** Jails' groups beside the server's own; 0 where it has none. */
function controlGroups(pid: number): number {
	const own = /^0::(\/.*)$/m.exec(read(`/proc/${pid}/cgroup`) ?? "")?.[1];
	const jails = own === undefined ? "" : join("/sys/fs/cgroup", dirname(own), "jails");
	if (jails === "" || !existsSync(jails)) return 0;
	return readdirSync(jails).filter((name) => name.startsWith("j-")).length;
}

/** A server's descriptors by their kind, or the file that they are open on. */
function descriptors(pid: number, data: string): Counts {
	const counts: Counts = {};
	for (const name of readdirSync(`/proc/${pid}/fd`)) {
		let target = "gone";
		try {
			target = readlinkSync(`/proc/${pid}/fd/${name}`);
		} catch {
			continue;
		}
		const named = target.replace(data, "DATA").replace(/^\/sys\/fs\/cgroup\/.*\//, "GROUP/");
		const kind = `descriptors: ${named.replace(/:\[\d+\]$/, "")}`;
		counts[kind] = (counts[kind] ?? 0) + 1;
	}
	return counts;
}

/** What nsjail makes outside its jails. */
function mountPoints(): string[] {
	return ["/tmp", "/dev/shm", "/run/user"].flatMap((folder) =>
		existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("nsjail.")) : [],
	);
}

function filesBelow(folder: string): number {
	return readdirSync(folder, { recursive: true }).length;
}
