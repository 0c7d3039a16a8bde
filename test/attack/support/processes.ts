/**
 * What the host's /proc says of a server and its jails.
 * @module
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";

const NAMESPACES = ["user", "mnt", "pid", "net", "ipc", "uts", "cgroup"];

/** A process below a server. */
export interface Descendant {
	pid: number;
	/** 1 is the server's own child, an nsjail; 2 is PID 1 of the jail; what is deeper runs foreign code. */
	depth: number;
	/** The process id of its nsjail. */
	jail: number;
}

/** Every process below `server`. */
export function descendants(server: number): Descendant[] {
	const found: Descendant[] = [];
	const walk = (parent: number, depth: number, jail: number) => {
		for (const pid of children(parent)) {
			found.push({ pid, depth, jail: jail || pid });
			walk(pid, depth + 1, jail || pid);
		}
	};
	walk(server, 1, 0);
	return found;
}

function children(pid: number): number[] {
	try {
		return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
			const text = read(`/proc/${pid}/task/${thread}/children`)?.trim();
			return text ? text.split(" ").map(Number) : [];
		});
	} catch {
		return [];
	}
}

/** Every process on the machine that carries a mark of this data folder: an nsjail of its, or what ran in a jail of its. */
export function marked(data: string, server: number): string[] {
	const found: string[] = [];
	for (const name of readdirSync("/proc")) {
		if (!/^\d+$/.test(name) || Number(name) === server || Number(name) === process.pid) continue;
		const command = read(`/proc/${name}/cmdline`)?.replaceAll("\0", " ") ?? "";
		// The wrapper around a server that runs as a service, and who waits for it.
		if (command.includes("/outer-namespace.cfg ")) continue;
		// A bind mount shows where it came from: every jail has one from the data folder.
		const inside = read(`/proc/${name}/mountinfo`)?.includes(data) ?? false;
		if (inside || (command.includes("nsjail") && command.includes(data))) found.push(`${name} ${command}`);
	}
	return found;
}

/** What is wrong with a process that must be confined; empty when nothing is, or it has gone. */
export function confinementFaults(pid: number): string[] {
	const status = read(`/proc/${pid}/status`);
	if (status === null || /^State:\s+[ZX]/m.test(status)) return [];
	const field = (name: string) => new RegExp(`^${name}:\\s+(.*)$`, "m").exec(status)?.[1] ?? "?";
	const faults: string[] = [];
	const expect = (name: string, right: boolean) => right || faults.push(`${name} is ${field(name)}`);
	expect("NoNewPrivs", field("NoNewPrivs") === "1");
	// 3 is a process that its filter has just killed.
	expect("Seccomp", /^[23]$/.test(field("Seccomp")));
	for (const name of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
		expect(name, /^0+$/.test(field(name)));
	for (const name of ["Uid", "Gid"]) {
		const ids = new Set(field(name).split("\t"));
		const own = process.getuid?.() === 0 ? [...ids].every((id) => Number(id) > 65_535) : true;
		expect(name, ids.size === 1 && own);
	}
	// Where core_pattern is a pipe, any limit but one byte lets the kernel start the host's crash handler.
	// A process that has just gone shows an empty text.
	const limits = read(`/proc/${pid}/limits`);
	const core = /^Max core .*/m.exec(limits ?? "")?.[0];
	if (limits && !/size\s+1\s+1\s/.test(core ?? "")) faults.push(`the limit of core dumps: ${core}`);
	return faults;
}

/**
 * The mounts that a process sees, without what others on this machine come and go with: temporary folders and /run,
 * such as network namespaces. What is ours there counts.
 */
export function mountsOf(pid: number, ours: readonly string[]): string[] {
	const temporary = `${tmpdir()}/`;
	return (read(`/proc/${pid}/mounts`) ?? "").split("\n").filter((line) => {
		const target = line.split(" ")[1] ?? "";
		const passing = [temporary, "/run/"].some((folder) => target.startsWith(folder));
		return !passing || [...ours, `${temporary}nsjail`].some((one) => target.startsWith(one));
	});
}

/** The namespaces of a process by name; null when they can't be read. */
export function namespacesOf(pid: number): Record<string, string> | null {
	try {
		return Object.fromEntries(NAMESPACES.map((name) => [name, readlinkSync(`/proc/${pid}/ns/${name}`)]));
	} catch {
		return null;
	}
}

/** Threads of a process; 0 when it has gone. */
export function threads(pid: number): number {
	return Number(/^Threads:\s+(\d+)/m.exec(read(`/proc/${pid}/status`) ?? "")?.[1] ?? 0);
}

/** Memory of a process that is in RAM, in MB. */
export function residentMb(pid: number): number {
	return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`) ?? "")?.[1] ?? 0) / 1024);
}

/** How many descriptors a process holds. */
export function openDescriptors(pid: number): number {
	return readdirSync(`/proc/${pid}/fd`).length;
}

export function read(path: string): string | null {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return null;
	}
}
