import t from "tap";
import { attestationFaults, type Expected } from "../../src/sandbox/attest.ts";
import { jailMounts } from "../../src/sandbox/mounts.ts";
import { OWN_PROCESSES } from "../../src/sandbox/nsjail-config.ts";

const NAMESPACES = ["user", "mnt", "pid", "net", "ipc", "uts", "cgroup"];
const MIB = 1024 * 1024;
const expected: Expected = {
	mounts: jailMounts("typescript", { inside: "/data/inside", executable: "/data/brig" }, 64, () => true),
	limits: { memory_mb: 256, cpu: 1, processes: 64, scratch_mb: 64, open_files: 256 },
	dataLimitMb: 512,
	hostNamespaces: Object.fromEntries(NAMESPACES.map((name) => [name, `${name}:[4026531840]`])),
	outerUid: 1_900_000_007,
	outerGid: 1_900_000_008,
};

/** What PID 1 of a jail that is as asked reports: the shape of sandbox/init.py. */
function goodReport() {
	const none = "0000000000000000";
	const flags = (mount: Expected["mounts"][number]) => {
		if (mount.kind === "tmpfs") return `${mount.writable ? "rw" : "ro"},nosuid,nodev,relatime`;
		if (mount.kind === "bind") return mount.device ? "rw,nosuid,noexec,relatime" : "ro,nosuid,nodev,relatime";
		return "ro,nosuid,nodev,noexec,relatime";
	};
	return {
		op: "attest",
		status: {
			NoNewPrivs: "1",
			Seccomp: "2",
			CapInh: none,
			CapPrm: none,
			CapEff: none,
			CapBnd: none,
			CapAmb: none,
			Groups: "1000",
			Uid: "1000\t1000\t1000\t1000",
			Gid: "1000\t1000\t1000\t1000",
		} as Record<string, string>,
		uid_map: "      1000 1900000007          1\n",
		gid_map: "      1000 1900000008          1\n",
		mounts: [
			["/", "ro,relatime", "tmpfs", "rw"],
			...expected.mounts
				.filter(({ kind }) => kind !== "link")
				.map((mount) => [mount.target, flags(mount), "tmpfs", "rw"]),
		],
		namespaces: Object.fromEntries(NAMESPACES.map((name) => [name, `${name}:[4026532999]`])) as Record<
			string,
			string
		>,
		fds: [0, 1, 2, 3, 4, 7],
		limits: {
			AS: [-1, -1],
			CORE: [0, 0],
			DATA: [512 * MIB, 512 * MIB],
			MEMLOCK: [65_536, 65_536],
			NOFILE: [256, 256],
			NPROC: [64 + OWN_PROCESSES, 64 + OWN_PROCESSES],
			STACK: [8 * MIB, 8 * MIB],
			MSGQUEUE: [0, 0],
		} as Record<string, number[]>,
		hostname: "sandbox",
		cwd: "/work",
		pid: 1,
		dumpable: false,
		foreign_calls: false,
	};
}
type Report = ReturnType<typeof goodReport>;

/** The faults of a good report with one change. */
function faults(change: (report: Report) => void, asked: Expected = expected): string[] {
	const report = goodReport();
	change(report);
	return attestationFaults(report, asked);
}

t.test("a jail that is as asked has no fault", async (t) => {
	t.same(
		faults(() => {}),
		[],
	);
	t.same(
		faults(
			(report) => {
				report.limits.DATA = [-1, -1];
			},
			{ ...expected, dataLimitMb: null },
		),
		[],
		"where control groups bound memory, the data segment is free",
	);
});

const CHANGES: [string, (report: Report) => void, RegExp][] = [
	["new privileges allowed", (r) => (r.status.NoNewPrivs = "0"), /^NoNewPrivs is 0, not 1$/],
	["no system call filter", (r) => (r.status.Seccomp = "0"), /^Seccomp is 0/],
	["another user", (r) => (r.status.Uid = "1000 0 1000 1000"), /^Uid is/],
	["another group", (r) => (r.status.Gid = "0 0 0 0"), /^Gid is/],
	["a supplementary group", (r) => (r.status.Groups = "1000 27"), /^supplementary groups 27$/],
	["no word of groups", (r) => delete r.status.Groups, /^supplementary groups/],
	["root behind the user", (r) => (r.uid_map = "1000 0 1"), /^uid_map is 1000 0 1, not 1000 1900000007 1$/],
	["more than one user", (r) => (r.uid_map = "1000 1900000007 65536"), /^uid_map/],
	["another group behind", (r) => (r.gid_map = "0 0 4294967295"), /^gid_map/],
	[
		"an extra mount",
		(r) => r.mounts.push(["/host", "ro,nosuid,nodev", "ext4", "rw"]),
		/^mount \/host was not/,
	],
	[
		"a mount over a mount",
		(r) => r.mounts.push(["/usr/lib", "ro,nosuid,nodev", "x", "rw"]),
		/^mount \/usr\/lib was/,
	],
	["a missing mount", (r) => r.mounts.pop(), /^mount \/etc\/nsswitch.conf is not there$/],
	["a writable root", (r) => (r.mounts[0] = ["/", "rw,relatime", "tmpfs", "rw"]), /^mount \/ lacks ro$/],
	["an inherited descriptor", (r) => r.fds.push(8), /^descriptors is 0 1 2 3 4 7 8/],
	["a missing descriptor", (r) => r.fds.pop(), /^descriptors/],
	["another host name", (r) => (r.hostname = "production"), /^hostname is production/],
	["another folder", (r) => (r.cwd = "/"), /^folder is \//],
	["not PID 1", (r) => (r.pid = 4242), /^pid is 4242/],
	["calls of i386", (r) => (r.foreign_calls = true), /^foreign_calls is true, not false$/],
	["open to its neighbours", (r) => (r.dumpable = true), /^dumpable is true/],
];
for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) {
	CHANGES.push([
		`a capability in ${set}`,
		(r) => (r.status[set] = "0000000000200000"),
		new RegExp(`^${set} is`),
	]);
}
for (const name of NAMESPACES) {
	CHANGES.push([
		`the host's ${name} namespace`,
		(r) => (r.namespaces[name] = `${name}:[4026531840]`),
		new RegExp(`^namespace ${name} is the host's$`),
	]);
	CHANGES.push([`no word of the ${name} namespace`, (r) => delete r.namespaces[name], / is not there$/]);
}
for (const name of ["NOFILE", "CORE", "NPROC", "MEMLOCK", "STACK", "MSGQUEUE", "DATA"]) {
	CHANGES.push([`no limit ${name}`, (r) => (r.limits[name] = [-1, -1]), new RegExp(`^${name} is -1 -1`)]);
	CHANGES.push([
		`a soft limit ${name} alone`,
		(r) => r.limits[name]?.splice(1, 1, -1),
		new RegExp(`^${name} is`),
	]);
}

t.test("each single difference is one fault that names it", async (t) => {
	for (const [name, change, sentence] of CHANGES) {
		const found = faults((report) => void change(report));
		t.equal(found.length, 1, name);
		t.match(found[0], sentence, name);
	}
});

t.test("each mount must keep each of its flags", async (t) => {
	for (const [index, [target = "", options = ""]] of goodReport().mounts.entries()) {
		for (const flag of options.split(",").filter((one) => one !== "relatime" && one !== "rw")) {
			const found = faults((report) => {
				const kept = options.split(",").filter((one) => one !== flag);
				report.mounts[index] = [target, (flag === "ro" ? ["rw", ...kept] : kept).join(","), "x", "rw"];
			});
			t.same(found, [`mount ${target} lacks ${flag}`]);
		}
	}
});

t.test("what is no report at all is a fault, never an exception", async (t) => {
	const odd = [null, undefined, 7, "attest", [], {}, { op: "ready" }, { ...goodReport(), op: "end" }];
	const hostile = { ...goodReport(), mounts: Array(129).fill(["/x", "ro"]) };
	const long = { ...goodReport(), hostname: "x".repeat(5_000) };
	const wrong = { ...goodReport(), limits: { NOFILE: "256" } };
	for (const header of [...odd, hostile, long, wrong]) {
		t.match(attestationFaults(header, expected), [/^not an attestation: /]);
	}
});
