/**
 * Compares what PID 1 of a jail sees of its confinement with what was asked for. Runs before any user code;
 * a jail that differs is never used.
 * @module
 */
import * as v from "valibot";
import { mountFaults } from "./attest-mounts.ts";
import { listed, plain, same } from "./attest-words.ts";
import { JailError } from "./jail-error.ts";
import { INSIDE_ID, type Mount } from "./mounts.ts";
import { ATTESTED_DESCRIPTORS, type JailLimits, processLimit } from "./nsjail-config.ts";

const Text = v.pipe(v.string(), v.maxLength(4096));
const SeenMount = v.object({
	target: Text,
	options: Text,
	shared: Text,
	type: Text,
	super: Text,
	file: Text,
});
const Report = v.object({
	op: v.literal("attest"),
	status: v.record(Text, Text),
	uid_map: Text,
	gid_map: Text,
	setgroups: Text,
	mounts: v.pipe(v.array(SeenMount), v.maxLength(128)),
	namespaces: v.record(Text, Text),
	fds: v.record(Text, Text),
	limits: v.record(Text, v.array(v.number())),
	hostname: Text,
	cwd: Text,
	pid: v.number(),
	dumpable: v.boolean(),
	/** Whether PID 1's filter is missing: a call by another table than the machine's (i386, x32) leaves its process alive. */
	foreign_calls: v.boolean(),
});

/**
 * Every kind of namespace but `time`: that one holds offsets of two clocks, which no jail may set, and a new one
 * makes each look at a clock slower.
 */
export const NAMESPACES = ["user", "mnt", "pid", "net", "ipc", "uts", "cgroup"] as const;

/** What a jail must look like from inside. */
export interface Expected {
	mounts: readonly Mount[];
	/** `device:inode` of what is mounted from the host, by target. */
	sources: Readonly<Record<string, string>>;
	limits: JailLimits;
	/** RLIMIT_DATA in MiB, where no control group bounds memory. */
	dataLimitMb: number | null;
	/** RLIMIT_CORE in bytes. */
	coreBytes: number;
	/** The host's own namespaces, `readlink /proc/self/ns/*`. */
	hostNamespaces: Readonly<Record<string, string>>;
	/** How many filters of system calls the server itself runs under; null where the kernel does not say. */
	hostFilters: number | null;
	outerUid: number;
	outerGid: number;
	/** The server is root: then nsjail leaves setgroups(2) to the filter and the empty capabilities. */
	privileged: boolean;
}

/** A jail that is not confined as asked. */
export class NotConfined extends JailError {
	/** @param faults the differences, one sentence each */
	constructor(readonly faults: readonly string[]) {
		const message = `the jail is not confined as asked: ${listed(faults)}`;
		super(message, message);
	}
}

/** The differences, one sentence each; empty when the jail is as asked. Never throws, whatever the header holds. */
export function attestationFaults(header: unknown, expected: Expected): string[] {
	const parsed = v.safeParse(Report, header);
	if (!parsed.success) {
		const [issue] = parsed.issues;
		return [`not an attestation: ${plain(v.getDotPath(issue) ?? "it")}: ${plain(issue.message)}`];
	}
	const report = parsed.output;
	return [
		...statusFaults(report.status, expected.hostFilters),
		...mapFaults("uid_map", report.uid_map, expected.outerUid),
		...mapFaults("gid_map", report.gid_map, expected.outerGid),
		...(expected.privileged && report.setgroups === "allow"
			? []
			: same("setgroups", report.setgroups, "deny")),
		...mountFaults(report.mounts, expected.mounts, expected.sources),
		...namespaceFaults(report.namespaces, expected.hostNamespaces),
		...same("descriptors", pairs(report.fds), pairs(ATTESTED_DESCRIPTORS)),
		...limitFaults(report.limits, expected),
		...same("hostname", report.hostname, "sandbox"),
		...same("folder", report.cwd, "/work"),
		...same("pid", String(report.pid), "1"),
		...same("dumpable", String(report.dumpable), "false"),
		...same("foreign_calls", String(report.foreign_calls), "false"),
	];
}

function pairs(record: Readonly<Record<string, string>>): string {
	return Object.entries(record)
		.map((pair) => pair.join(" "))
		.join(", ");
}

function statusFaults(status: Record<string, string>, hostFilters: number | null): string[] {
	const none = "0000000000000000";
	const ids = Array(4).fill(INSIDE_ID).join(" ");
	return [
		...same("NoNewPrivs", status.NoNewPrivs, "1"),
		...same("Seccomp", status.Seccomp, "2"),
		...(hostFilters === null ? [] : same("Seccomp_filters", status.Seccomp_filters, String(hostFilters + 1))),
		...["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"].flatMap((set) => same(set, status[set], none)),
		...groupFaults(status.Groups),
		...same("Uid", status.Uid?.split(/\s+/).join(" "), ids),
		...same("Gid", status.Gid?.split(/\s+/).join(" "), ids),
	];
}

/** No supplementary group but the jail's own. */
function groupFaults(groups: string | undefined): string[] {
	if (groups === undefined) return ["Groups is not there"];
	const others = groups.split(/\s+/).filter((group) => group !== "" && group !== String(INSIDE_ID));
	return others.length ? [`supplementary groups ${plain(others.join(" "))}`] : [];
}

function mapFaults(what: string, text: string, outer: number): string[] {
	return same(what, text.trim().split(/\s+/).join(" "), `${INSIDE_ID} ${outer} 1`);
}

function namespaceFaults(seen: Record<string, string>, host: Readonly<Record<string, string>>): string[] {
	return NAMESPACES.flatMap((kind) => {
		const [inside = "", outside = ""] = [seen[kind], host[kind]];
		const link = new RegExp(`^${kind}:\\[\\d+\\]$`);
		if (!link.test(inside)) return [`namespace ${kind} is not there`];
		if (!link.test(outside)) return [`namespace ${kind} of the host is not known`];
		return inside === outside ? [`namespace ${kind} is the host's`] : [];
	});
}

function limitFaults(
	seen: Record<string, number[]>,
	{ limits: asked, dataLimitMb: dataMb, coreBytes }: Expected,
): string[] {
	const endless = -1;
	const wanted: Record<string, number> = {
		...(dataMb === null ? {} : { DATA: dataMb * 1024 * 1024 }),
		AS: endless,
		CPU: endless,
		FSIZE: endless,
		NOFILE: asked.open_files,
		CORE: coreBytes,
		NPROC: processLimit(asked, dataMb !== null),
		MEMLOCK: 64 * 1024,
		STACK: 8 * 1024 * 1024,
		MSGQUEUE: 0,
		RTPRIO: 0,
	};
	return Object.entries(wanted).flatMap(([name, value]) =>
		same(name, seen[name]?.join(" "), `${value} ${value}`),
	);
}
