import t from "tap";
import { attestationFaults, type Expected, NotConfined } from "../../src/sandbox/attest.ts";
import { jailMounts, type Mount } from "../../src/sandbox/mounts.ts";
import { OWN_PROCESSES } from "../../src/sandbox/nsjail-config.ts";

const NAMESPACES = ["user", "mnt", "pid", "net", "ipc", "uts", "cgroup"];
const MIB = 1024 * 1024;
const mounts = jailMounts("typescript", { inside: "/data/inside", executable: "/data/brig" }, 64, () => true);
/** Inode numbers beyond what a JSON number holds are ordinary on some file systems. */
const sources = Object.fromEntries(
	mounts.flatMap(({ kind, target }, index) =>
		kind === "bind" ? [[target, `65024:${9223372036854775807n - BigInt(index)}`]] : [],
	),
);
const expected: Expected = {
	mounts,
	sources,
	limits: { memory_mb: 256, cpu: 1, processes: 64, scratch_mb: 64, open_files: 256 },
	dataLimitMb: 512,
	coreBytes: 1,
	hostNamespaces: Object.fromEntries(NAMESPACES.map((name) => [name, `${name}:[4026531840]`])),
	hostFilters: 0,
	outerUid: 1_900_000_007,
	outerGid: 1_900_000_008,
	privileged: false,
};

/** One mount that is as asked, as the kernel shows it. */
function seen(mount: Mount) {
	const { target } = mount;
	const host = { type: "ext4", super: "rw,errors=remount-ro", file: sources[target] ?? "none" };
	const own = { type: "tmpfs", super: "rw,size=16384k,uid=1900000007", file: "51:2" };
	const common = { target, shared: "", options: "ro,nosuid,nodev,noexec,relatime" };
	switch (mount.kind) {
		case "bind":
			return {
				...common,
				options: mount.device ? "ro,nosuid,noexec,relatime" : "ro,nosuid,nodev,relatime",
				...host,
			};
		case "tmpfs": {
			const size: Record<string, string> = {
				"/dev": "size=64k,mode=755",
				"/dev/shm": "size=16384k,nr_inodes=1024",
			};
			return {
				...common,
				options: `${mount.writable ? "rw" : "ro"},nosuid,nodev,relatime`,
				...own,
				super: `rw,${size[target] ?? "size=65536k,nr_inodes=4096"},uid=1900000007`,
			};
		}
		case "proc":
			return { ...common, type: "proc", super: "rw,hidepid=invisible,subset=pid", file: "45:1" };
		default:
			return { ...common, ...own };
	}
}

/** What PID 1 of a jail that is as asked reports: the shape of sandbox/init.py. */
function goodReport() {
	const none = "0000000000000000";
	return {
		op: "attest",
		status: {
			NoNewPrivs: "1",
			Seccomp: "2",
			Seccomp_filters: "1",
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
		setgroups: "deny",
		mounts: [
			{
				target: "/",
				options: "ro,relatime",
				shared: "",
				type: "tmpfs",
				super: "rw,size=16384k",
				file: "41:1",
			},
			...mounts.filter(({ kind }) => kind !== "link").map(seen),
		],
		namespaces: Object.fromEntries(NAMESPACES.map((name) => [name, `${name}:[4026532999]`])) as Record<
			string,
			string
		>,
		fds: { 0: "null", 1: "socket", 2: "socket", 3: "socket", 4: "socket", 7: "socket" } as Record<
			string,
			string
		>,
		limits: {
			AS: [-1, -1],
			CORE: [1, 1],
			CPU: [-1, -1],
			DATA: [512 * MIB, 512 * MIB],
			MEMLOCK: [65_536, 65_536],
			NOFILE: [256, 256],
			NPROC: [64 + OWN_PROCESSES, 64 + OWN_PROCESSES],
			STACK: [8 * MIB, 8 * MIB],
			FSIZE: [-1, -1],
			MSGQUEUE: [0, 0],
			RTPRIO: [0, 0],
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
				report.limits.NPROC = [64 + OWN_PROCESSES + 1, 64 + OWN_PROCESSES + 1];
			},
			{ ...expected, dataLimitMb: null },
		),
		[],
		"where control groups bound memory, the data segment is free, and theirs is the first limit of processes",
	);
});

/** The mount at a target of a report. */
function at(report: Report, target: string) {
	const found = report.mounts.find((mount) => mount.target === target);
	if (!found) throw new Error(`no mount ${target}`);
	return found;
}

const CHANGES: [string, (report: Report) => void, RegExp][] = [
	["new privileges allowed", (r) => (r.status.NoNewPrivs = "0"), /^NoNewPrivs is 0, not 1$/],
	["no system call filter", (r) => (r.status.Seccomp = "0"), /^Seccomp is 0/],
	["the strict mode instead of a filter", (r) => (r.status.Seccomp = "1"), /^Seccomp is 1/],
	["only the server's own filters", (r) => (r.status.Seccomp_filters = "0"), /^Seccomp_filters is 0, not 1$/],
	["one filter too many", (r) => (r.status.Seccomp_filters = "2"), /^Seccomp_filters is 2/],
	["no word of filters", (r) => delete r.status.Seccomp_filters, /^Seccomp_filters is not there/],
	["no word of new privileges", (r) => delete r.status.NoNewPrivs, /^NoNewPrivs is not there/],
	["another user", (r) => (r.status.Uid = "1000 0 1000 1000"), /^Uid is/],
	["no word of the user", (r) => delete r.status.Uid, /^Uid is not there/],
	["another group", (r) => (r.status.Gid = "0 0 0 0"), /^Gid is/],
	["a supplementary group", (r) => (r.status.Groups = "1000 27"), /^supplementary groups 27$/],
	["the server's own groups", (r) => (r.status.Groups = "65534"), /^supplementary groups 65534$/],
	["no word of groups", (r) => delete r.status.Groups, /^Groups is not there$/],
	["root behind the user", (r) => (r.uid_map = "1000 0 1"), /^uid_map is 1000 0 1, not 1000 1900000007 1$/],
	["more than one user", (r) => (r.uid_map = "1000 1900000007 65536"), /^uid_map/],
	["a second range of users", (r) => (r.uid_map += "0 1900000009 1"), /^uid_map/],
	["another group behind", (r) => (r.gid_map = "0 0 4294967295"), /^gid_map/],
	["groups that may be set", (r) => (r.setgroups = "allow"), /^setgroups is allow, not deny$/],
	[
		"an extra mount",
		(r) => r.mounts.push({ ...at(r, "/work"), target: "/host" }),
		/^mount \/host was not asked for$/,
	],
	[
		"a mount over a mount",
		(r) => r.mounts.push({ ...at(r, "/usr/lib") }),
		/^mount \/usr\/lib was not asked for$/,
	],
	["a missing mount", (r) => r.mounts.pop(), /^mount \/etc\/nsswitch.conf is not there$/],
	["a writable root", (r) => (at(r, "/").options = "rw,relatime"), /^mount \/ lacks ro$/],
	[
		"a root of the host",
		(r) => (at(r, "/").type = "ext4"),
		/^the file system of mount \/ is ext4, not tmpfs$/,
	],
	[
		"a larger scratch disk",
		(r) => (at(r, "/work").super = "rw,size=131072k,nr_inodes=4096"),
		/ lacks size=65536k$/,
	],
	["more files on it", (r) => (at(r, "/tmp").super = "rw,size=65536k"), /^mount \/tmp lacks nr_inodes=4096$/],
	[
		"a scratch disk that is none",
		(r) => (at(r, "/work").type = "ext4"),
		/^the file system of mount \/work is ext4/,
	],
	["other devices", (r) => (at(r, "/dev").super = "rw,mode=755"), /^mount \/dev lacks size=64k$/],
	["a /proc of everything", (r) => (at(r, "/proc").super = "rw,hidepid=invisible"), / lacks subset=pid$/],
	["a /proc that shows others", (r) => (at(r, "/proc").super = "rw,subset=pid"), / lacks hidepid=invisible$/],
	[
		"a /proc of another kind",
		(r) => (at(r, "/proc").type = "sysfs"),
		/^the file system of mount \/proc is sysfs/,
	],
	[
		"a file of the host for a text",
		(r) => (at(r, "/etc/passwd").type = "ext4"),
		/^the file system of mount \/etc/,
	],
	[
		"another folder of the host",
		(r) => (at(r, "/usr/lib").file = "65024:2"),
		/^the file at mount \/usr\/lib is/,
	],
	["another device", (r) => (at(r, "/dev/null").file = "6:9"), /^the file at mount \/dev\/null is 6:9/],
	["nothing at a mount", (r) => (at(r, "/brig").file = ""), /^the file at mount \/brig is , not/],
	[
		"a mount that the host's changes reach",
		(r) => (at(r, "/usr/lib").shared = "master:1"),
		/^mount \/usr\/lib shares its changes: master:1$/,
	],
	["an inherited descriptor", (r) => (r.fds[8] = "socket"), /^descriptors is 0 null, .*, 8 socket, not/],
	["a missing descriptor", (r) => delete r.fds[7], /^descriptors/],
	["a file for a descriptor", (r) => (r.fds[0] = "0o100644"), /^descriptors is 0 0o100644, /],
	["a pipe for a descriptor", (r) => (r.fds[3] = "0o10600"), /^descriptors/],
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
	CHANGES.push([`an empty word of it`, (r) => (r.namespaces[name] = ""), / is not there$/]);
}
for (const [name, [limit = 0] = []] of Object.entries(goodReport().limits)) {
	const other = limit === -1 ? 1_000 : -1;
	const fault = new RegExp(`^${name} is `);
	CHANGES.push([`another limit ${name}`, (r) => (r.limits[name] = [other, other]), fault]);
	CHANGES.push([`another hard limit ${name}`, (r) => (r.limits[name] = [limit, other]), fault]);
	CHANGES.push([`no word of the limit ${name}`, (r) => delete r.limits[name], / is not there/]);
}

t.test("each single difference is one fault that names it", async (t) => {
	for (const [name, change, sentence] of CHANGES) {
		const found = faults((report) => void change(report));
		t.equal(found.length, 1, name);
		t.match(found[0], sentence, name);
	}
});

t.test("each mount must keep each of its flags", async (t) => {
	for (const { target, options } of goodReport().mounts) {
		for (const flag of options.split(",").filter((one) => one !== "relatime" && one !== "rw")) {
			const kept = options.split(",").filter((one) => one !== flag);
			const changed = (flag === "ro" ? ["rw", ...kept] : kept).join(",");
			const found = faults((report) => {
				at(report, target).options = changed;
			});
			t.same(found, [`mount ${target} lacks ${flag}`]);
		}
	}
});

t.test("each mount of the host must be the one that was asked for", async (t) => {
	for (const target of Object.keys(sources)) {
		const rest = Object.fromEntries(Object.entries(sources).filter(([name]) => name !== target));
		const found = faults(() => {}, { ...expected, sources: rest });
		t.match(found, [new RegExp(`^the file at mount ${target} is 65024:\\d+, not a file of the host$`)]);
	}
});

t.test("a server that does not know its own namespaces trusts no jail", async (t) => {
	for (const name of NAMESPACES) {
		const hostNamespaces = Object.fromEntries(
			Object.entries(expected.hostNamespaces).filter(([kind]) => kind !== name),
		);
		t.same(
			faults(() => {}, { ...expected, hostNamespaces }),
			[`namespace ${name} of the host is not known`],
		);
	}
});

t.test(
	"the server's own filters count, and where the kernel does not count them there is no word",
	async (t) => {
		const three = faults(
			(report) => {
				report.status.Seccomp_filters = "3";
			},
			{ ...expected, hostFilters: 2 },
		);
		t.same(three, []);
		t.same(
			faults((report) => void delete report.status.Seccomp_filters, { ...expected, hostFilters: null }),
			[],
		);
	},
);

t.test("under root, nsjail leaves it to the filter that no group is set", async (t) => {
	const privileged = { ...expected, privileged: true };
	const withWord = (word: string) => attestationFaults({ ...goodReport(), setgroups: word }, privileged);
	for (const word of ["allow", "deny"]) t.same(withWord(word), []);
	t.match(withWord("perhaps"), [/^setgroups is perhaps/]);
});

t.test("no field of a report may be missing", async (t) => {
	for (const field of Object.keys(goodReport())) {
		const found = faults((report) => void delete (report as Record<string, unknown>)[field]);
		t.match(found, [new RegExp(`^not an attestation: ${field}: `)], field);
	}
	for (const field of Object.keys(at(goodReport(), "/work"))) {
		const found = faults((report) => void delete (at(report, "/work") as Record<string, unknown>)[field]);
		t.ok(found.length > 0, `the ${field} of a mount`);
	}
});

t.test("what a jail says stands in faults on one line, short and in plain characters", async (t) => {
	const hostile = `\u001b[2J\n2026-01-01 attestation_ok\r\u202e${"ä".repeat(2_000)}`;
	const found = faults((report) => {
		report.hostname = hostile;
		report.uid_map = hostile;
		report.status.Groups = hostile;
		at(report, "/tmp").target = hostile;
		at(report, "/work").shared = hostile;
		report.fds[hostile] = hostile;
	});
	t.equal(found.length, 7, "a mount is missing too");
	for (const fault of found) {
		t.match(fault, /^[\x20-\x7e]+$/);
		t.ok(fault.length < 400, fault);
	}
	const many = new NotConfined(Array.from({ length: 500 }, (_, index) => `fault ${index}`));
	t.equal(many.faults.length, 500);
	t.match(many.message, /^the jail is not confined as asked: fault 0; .*; fault 9; and 490 more$/);
});

t.test("what is no report at all is a fault, never an exception", async (t) => {
	const odd = [null, undefined, 7, "attest", [], {}, { op: "ready" }, { ...goodReport(), op: "end" }];
	const hostile = { ...goodReport(), mounts: Array(129).fill(at(goodReport(), "/tmp")) };
	const long = { ...goodReport(), hostname: "x".repeat(5_000) };
	const wrong = { ...goodReport(), limits: { NOFILE: "256" } };
	for (const header of [...odd, hostile, long, wrong]) {
		t.match(attestationFaults(header, expected), [/^not an attestation: [\x20-\x7e]{10,}$/]);
	}
});
