/**
 * Compares what PID 1 of a jail sees of its confinement with what was asked for. Runs before any user code;
 * a jail that differs is never used.
 * @module
 */
import * as v from "valibot";
import { INSIDE_ID, type Mount } from "./mounts.ts";
import { ATTESTED_DESCRIPTORS, type JailLimits, OWN_PROCESSES } from "./nsjail-config.ts";

const Text = v.pipe(v.string(), v.maxLength(4096));
const Report = v.object({
	op: v.literal("attest"),
	status: v.record(Text, Text),
	uid_map: Text,
	gid_map: Text,
	mounts: v.pipe(v.array(v.array(Text)), v.maxLength(128)),
	namespaces: v.record(Text, Text),
	fds: v.array(v.number()),
	limits: v.record(Text, v.array(v.number())),
	hostname: Text,
	cwd: Text,
	pid: v.number(),
	dumpable: v.boolean(),
	/** Whether a call by another table than the machine's (i386, x32) leaves its process alive. */
	foreign_calls: v.boolean(),
});

/** What a jail must look like from inside. */
export interface Expected {
	mounts: readonly Mount[];
	limits: JailLimits;
	/** RLIMIT_DATA in MiB, where no control group bounds memory. */
	dataLimitMb: number | null;
	/** The host's own namespaces, `readlink /proc/self/ns/*`. */
	hostNamespaces: Readonly<Record<string, string>>;
	outerUid: number;
	outerGid: number;
}

/** The differences, one sentence each; empty when the jail is as asked. Never throws, whatever the header holds. */
export function attestationFaults(header: unknown, expected: Expected): string[] {
	const parsed = v.safeParse(Report, header);
	if (!parsed.success) return [`not an attestation: ${parsed.issues[0].message}`];
	const report = parsed.output;
	return [
		...statusFaults(report.status),
		...mapFaults("uid_map", report.uid_map, expected.outerUid),
		...mapFaults("gid_map", report.gid_map, expected.outerGid),
		...mountFaults(report.mounts, expected.mounts),
		...namespaceFaults(report.namespaces, expected.hostNamespaces),
		...same("descriptors", report.fds.join(" "), ATTESTED_DESCRIPTORS.join(" ")),
		...limitFaults(report.limits, expected.limits, expected.dataLimitMb),
		...same("hostname", report.hostname, "sandbox"),
		...same("folder", report.cwd, "/work"),
		...same("pid", String(report.pid), "1"),
		...same("dumpable", String(report.dumpable), "false"),
		...same("foreign_calls", String(report.foreign_calls), "false"),
	];
}

function same(what: string, is: string | undefined, asked: string): string[] {
	return is === asked ? [] : [`${what} is ${is ?? "not there"}, not ${asked}`];
}

function statusFaults(status: Record<string, string>): string[] {
	const none = "0000000000000000";
	return [
		...same("NoNewPrivs", status.NoNewPrivs, "1"),
		...same("Seccomp", status.Seccomp, "2"),
		...["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"].flatMap((set) => same(set, status[set], none)),
		...groupFaults(status.Groups ?? "not there"),
		...same("Uid", status.Uid?.split(/\s+/).join(" "), Array(4).fill(INSIDE_ID).join(" ")),
		...same("Gid", status.Gid?.split(/\s+/).join(" "), Array(4).fill(INSIDE_ID).join(" ")),
	];
}

/** No supplementary group but the jail's own. */
function groupFaults(groups: string): string[] {
	const others = groups.split(/\s+/).filter((group) => group !== "" && group !== String(INSIDE_ID));
	return others.length ? [`supplementary groups ${others.join(" ")}`] : [];
}

function mapFaults(what: string, text: string, outer: number): string[] {
	return same(what, text.trim().split(/\s+/).join(" "), `${INSIDE_ID} ${outer} 1`);
}

/** Each mount that was asked for, once, in its mode; and no other. */
function mountFaults(seen: string[][], asked: readonly Mount[]): string[] {
	const wanted = new Map<string, string>([["/", "ro"]]);
	for (const mount of asked) if (mount.kind !== "link") wanted.set(mount.target, flags(mount));
	const faults: string[] = [];
	for (const [target = "", options = ""] of seen) {
		const want = wanted.get(target);
		const missing = want?.split(",").filter((flag) => !options.split(",").includes(flag)) ?? [];
		if (want === undefined) faults.push(`mount ${target} was not asked for`);
		else if (missing.length) faults.push(`mount ${target} lacks ${missing.join(",")}`);
		wanted.delete(target);
	}
	for (const target of wanted.keys()) faults.push(`mount ${target} is not there`);
	return faults;
}

function flags(mount: Mount): string {
	switch (mount.kind) {
		case "bind":
			return mount.device ? "rw,nosuid,noexec" : "ro,nosuid,nodev";
		case "tmpfs":
			return `${mount.writable ? "rw" : "ro"},nosuid,nodev`;
		case "text":
		case "proc":
			return "ro,nosuid,nodev,noexec";
		case "link":
			return "";
	}
}

function namespaceFaults(seen: Record<string, string>, host: Readonly<Record<string, string>>): string[] {
	return Object.entries(host).flatMap(([name, link]) => {
		const inside = seen[name];
		if (inside === undefined) return [`namespace ${name} is not there`];
		return inside === link ? [`namespace ${name} is the host's`] : [];
	});
}

function limitFaults(seen: Record<string, number[]>, asked: JailLimits, dataMb: number | null): string[] {
	const wanted: Record<string, number> = {
		...(dataMb === null ? {} : { DATA: dataMb * 1024 * 1024 }),
		NOFILE: asked.open_files,
		CORE: 0,
		NPROC: asked.processes + OWN_PROCESSES,
		MEMLOCK: 64 * 1024,
		STACK: 8 * 1024 * 1024,
		MSGQUEUE: 0,
	};
	return Object.entries(wanted).flatMap(([name, value]) =>
		same(name, seen[name]?.join(" "), `${value} ${value}`),
	);
}
