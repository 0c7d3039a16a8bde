import t from "tap";
import { noJails } from "./real.ts";
import { type Call, makeCalls } from "./seccomp/calls.ts";
import { policyText, REFUSED, withMarkedRefusals } from "./seccomp/policy.ts";
import { systemCalls } from "./seccomp/system-calls.ts";

type Row = readonly [call: string, args: readonly (number | bigint)[], allowed: boolean];

const KNOWN = systemCalls("x86_64");

/** The kernel reads 32 bits of an int: what is above them must change nothing. */
const HIGH = [0n, 1n << 32n, 0xffffffff00000000n, 1n << 63n];

/** One row for each of the words that the kernel reads as this int. */
function everyWord(call: string, args: readonly number[], position: number, allowed: boolean): Row[] {
	return HIGH.map((high) => [
		call,
		args.map((arg, at) => (at === position ? BigInt(arg) | high : arg)),
		allowed,
	]);
}

const range = (last: number) => Array.from({ length: last + 1 }, (_, number) => number);

const [UNIX, INET, INET6] = [1, 2, 10];
const [STREAM, DGRAM, RAW, RDM, SEQPACKET, DCCP, PACKET] = [1, 2, 3, 4, 5, 6, 10];
const [NONBLOCK, CLOEXEC] = [0o4000, 0o2000000];
const [ICMP, TCP, UDP, ICMPV6, SCTP, UDPLITE, RAW_IP, MPTCP] = [1, 6, 17, 58, 132, 136, 255, 262];

const SOCKETS: Row[] = [
	...range(50).flatMap((family) =>
		everyWord("socket", [family, STREAM, 0], 0, [UNIX, INET, INET6].includes(family)),
	),
	...range(15).flatMap((type) => everyWord("socket", [INET, type, 0], 1, [STREAM, DGRAM].includes(type))),
	...[RAW, RDM, SEQPACKET, DCCP, PACKET].map((type) => ["socket", [INET6, type, 0], false] as const),
	["socket", [INET, STREAM | NONBLOCK | CLOEXEC, TCP], true],
	["socket", [INET6, DGRAM | CLOEXEC, UDP], true],
	["socket", [INET, RAW | NONBLOCK | CLOEXEC, ICMP], false],
	["socket", [UNIX, SEQPACKET | CLOEXEC, 0], false],
	...[0, TCP, UDP].flatMap((protocol) => everyWord("socket", [INET, DGRAM, protocol], 2, true)),
	...[ICMP, ICMPV6, SCTP, UDPLITE, RAW_IP, MPTCP, 2, 33, 94].flatMap((protocol) =>
		everyWord("socket", [INET, DGRAM, protocol], 2, false),
	),
	...range(50).flatMap((family) => everyWord("socketpair", [family, STREAM, 0, 0], 0, family === UNIX)),
	["socketpair", [UNIX, SEQPACKET | CLOEXEC, 0, 0], true],
	["socketpair", [UNIX, DGRAM | NONBLOCK, 0, 0], true],
];

/** CLONE_NEW: TIME, NS, CGROUP, UTS, IPC, USER, PID, NET. */
const NEW_NAMESPACES = [0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000];
const SIGCHLD = 17;
const [CLONE_VM, CLONE_FS, CLONE_THREAD, CLONE_PIDFD, CLONE_IO] = [0x100, 0x200, 0x10000, 0x1000, 0x80000000];

const CLONES: Row[] = [
	...NEW_NAMESPACES.flatMap((flag) => [
		...everyWord("clone", [flag + SIGCHLD, 0, 0, 0, 0], 0, false),
		["clone", [flag | CLONE_VM | CLONE_FS, 0, 0, 0, 0], false] as const,
	]),
	["clone", [NEW_NAMESPACES.reduce((all, flag) => all + flag), 0, 0, 0, 0], false],
	...everyWord("clone", [SIGCHLD, 0, 0, 0, 0], 0, true),
	["clone", [CLONE_FS | SIGCHLD, 0, 0, 0, 0], true],
	["clone", [CLONE_IO + SIGCHLD, 0, 0, 0, 0], true],
	// Refused by the kernel: a thread without the handlers' table, a descriptor to nowhere.
	["clone", [CLONE_THREAD, 0, 0, 0, 0], true],
	["clone", [CLONE_PIDFD | SIGCHLD, 0, 8, 0, 0], true],
];

/** PDEATHSIG, DUMPABLE, NAME, CAPBSET_READ, NO_NEW_PRIVS, THP_DISABLE, VMA. SET_SECCOMP, 22, has a test of its own. */
const OPTIONS = [1, 2, 3, 4, 15, 16, 23, 38, 39, 41, 42, 0x53564d41];
const SET_SECCOMP = 22;
/** KEEPCAPS, CAPBSET_DROP, SECUREBITS, MM, CHILD_SUBREAPER, CAP_AMBIENT, MDWE, PTRACER, and two beside VMA. */
const REFUSED_OPTIONS = [8, 24, 28, 35, 36, 47, 65, 0x59616d61, 0x53564d40, 0x53564d42];

const PRCTLS: Row[] = [...new Set([...range(90), ...OPTIONS, ...REFUSED_OPTIONS])]
	.filter((option) => option !== SET_SECCOMP)
	.flatMap((option) => everyWord("prctl", [option, -1, -1, -1, -1], 0, OPTIONS.includes(option)));

const [TIOCSTI, TIOCLINUX] = [0x5412, 0x541c];
/** TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIOCLEX, FICLONE, SIOCGIFCONF, and the neighbours of the refused. */
const REQUESTS = [
	0x5401, 0x5413, 0x541b, 0x5421, 0x5451, 0x40049409, 0x8912, 0x5411, 0x541d, 0x15412, 0x80005412,
];

const IOCTLS: Row[] = [
	...[TIOCSTI, TIOCLINUX].flatMap((request) => everyWord("ioctl", [-1, request, 0], 1, false)),
	...REQUESTS.flatMap((request) => everyWord("ioctl", [-1, request, 0], 1, true)),
];

const [SOL_IP, SOL_SOCKET, SOL_TCP, SOL_UDP, SOL_IPV6] = [0, 1, 6, 17, 41];
const LEVELS = [SOL_IP, SOL_SOCKET, SOL_TCP, SOL_UDP, SOL_IPV6];
/** SO_ATTACH_FILTER, _BPF, _REUSEPORT_CBPF, _REUSEPORT_EBPF; TCP_ULP; UDP_ENCAP. */
const REFUSED_OF_LEVEL = new Map([
	[SOL_SOCKET, [26, 50, 51, 52]],
	[SOL_TCP, [31]],
	[SOL_UDP, [100]],
]);
const refusedOption = (level: number, option: number) =>
	REFUSED_OF_LEVEL.get(level)?.includes(option) === true;

const SOCKET_OPTIONS: Row[] = [
	// Among the other levels: RAW 255, PACKET 263, NETLINK 270, ALG 279, TLS 282, MPTCP 284, XDP 283, SMC 286.
	...range(300).flatMap((level) => everyWord("setsockopt", [-1, level, 1, 0, 0], 1, LEVELS.includes(level))),
	...LEVELS.flatMap((level) =>
		range(110).map((option): Row => ["setsockopt", [-1, level, option, 0, 0], !refusedOption(level, option)]),
	),
	...[...REFUSED_OF_LEVEL].flatMap(([level, options]) =>
		options.flatMap((option) => everyWord("setsockopt", [-1, level, option, 0, 0], 2, false)),
	),
];

const LIMIT_ROWS: Row[] = [
	...everyWord("prlimit64", [0, 7, 0, 0], 0, true),
	...[1, 2, 1000, 0xffffffff].flatMap((pid) => everyWord("prlimit64", [pid, 7, 0, 0], 0, false)),
];

const TABLES: [string, Row[]][] = [
	["socket, socketpair", SOCKETS],
	["clone", CLONES],
	["prctl", PRCTLS],
	["ioctl", IOCTLS],
	["prlimit64", LIMIT_ROWS],
	["setsockopt", SOCKET_OPTIONS],
];

/** What was expected or seen of a row, in words. */
const say = ([call, args]: Row, allowed: boolean) =>
	`${call}(${args.map(hex).join(", ")}) is ${allowed ? "allowed" : "refused"}`;
const hex = (word: number | bigint) => `0x${BigInt.asUintN(64, BigInt(word)).toString(16)}`;

for (const language of ["python", "typescript"] as const) {
	t.test(
		`calls of a ${language} jail are allowed or refused by their arguments`,
		{ skip: noJails },
		async (t) => {
			// A clone goes on with the calls after it: each has a child of its own.
			const groups = TABLES.flatMap(([what, rows]) => (what === "clone" ? rows.map((row) => [row]) : [rows]));
			const calls = groups.map((rows) => rows.map(([name, args]): Call => [KNOWN.get(name) ?? -1, args]));
			const outcomes = await makeCalls(t, withMarkedRefusals(policyText(language, "x86_64")), calls);
			t.notOk(outcomes.flat().includes(null), "no call ended those after it");
			const seen = new Map(
				groups.flatMap((rows, at) => rows.map((row, index) => [row, outcomes[at]?.[index]])),
			);
			for (const [what, rows] of TABLES) {
				t.same(
					rows.map((row) => say(row, seen.get(row) !== REFUSED)),
					rows.map((row) => say(row, row[2])),
					what,
				);
			}
		},
	);
}
