import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { EXECUTABLE, makeDataFolder, startBrig } from "../server.ts";
import { execute } from "./support.ts";
import { mounted, noRoot, refusal, sentence } from "./surroundings.ts";

const NONE = "brig: No sandbox can be started on this machine: ";
const wrongMachine = noRoot || (process.arch === "x64" ? false : "the numbers of system calls are x86_64's");

/** In a user namespace of its own, which has all rights and only root's id, after these lines of shell. */
const ownUsers = (lines: string) => [
	"unshare",
	"--user",
	"--map-root-user",
	"/bin/sh",
	"-ec",
	`${lines}\nexec "$0" "$@"`,
];

const EPERM = 1;
const EACCES = 13;
const EINVAL = 22;

/**
 * Becomes its arguments under a filter that refuses system calls with an error, as AppArmor or a container do: clone
 * with CLONE_NEWUSER, or mount.
 */
function refusing(call: "clone" | "mount", error: number): string[] {
	const script = `
import ctypes, os, struct, sys
call, error = sys.argv[1], int(sys.argv[2])
load, equal, bits, give = 0x20, 0x15, 0x45, 0x06
refuse, allow = (give, 0, 0, 0x50000 | error), (give, 0, 0, 0x7FFF0000)
if call == "clone":
    # The number: clone3 is unknown, so that clone is used; then the low half of clone's first argument, its flags.
    rules = [(load, 0, 0, 0), (equal, 0, 1, 435), (give, 0, 0, 0x50000 | 38), (equal, 0, 3, 56)]
    rules += [(load, 0, 0, 16), (bits, 0, 1, 0x10000000), refuse, allow]
else:
    rules = [(load, 0, 0, 0), (equal, 0, 1, 165), refuse, allow]
text = b"".join(struct.pack("HBBI", *rule) for rule in rules)
hold = ctypes.create_string_buffer(text, len(text))
program = struct.pack("HxxxxxxP", len(rules), ctypes.addressof(hold))
libc = ctypes.CDLL(None)
assert libc.prctl(22, 2, program, 0, 0) == 0
os.execv(sys.argv[3], sys.argv[3:])`;
	return ["/usr/bin/python3", "-c", script, call, String(error)];
}

/** Where the kernel has this setting of AppArmor's, whether it has AppArmor or not. */
const restricted = mounted(
	"mount -t tmpfs none /proc/sys/kernel && echo 1 >/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
);

t.test(
	"where no user namespaces may be made, the setting that forbids them is named",
	{ skip: noRoot },
	async (t) => {
		const said = await refusal(t, ownUsers("echo 0 >/proc/sys/user/max_user_namespaces"));
		t.equal(
			sentence(said),
			`${NONE}this machine allows no new namespaces (user.max_user_namespaces = 0): run sysctl -w user.max_user_namespaces=10000, and write it to a file in /etc/sysctl.d.`,
		);
		t.match(
			said,
			/^\S+ sandbox_failed .*reason=".*clone\(.*CLONE_NEWUSER.*No space left on device/,
			"nsjail's own words are in the log",
		);
	},
);

t.test("in a container whose user ids are too few, that is said", { skip: noRoot }, async (t) => {
	t.match(
		sentence(await refusal(t, ownUsers(":"))),
		`${NONE}the server may not give a sandbox a user id of its own: it runs in a container or user namespace without the ids`,
	);
});

t.test(
	"AppArmor that refuses user namespaces, or the rights in them, is named with the setting",
	{ skip: wrongMachine },
	async (t) => {
		const remedy =
			/\(kernel\.apparmor_restrict_unprivileged_userns = 1\): load a profile with "userns," for brig, or run sysctl -w kernel\.apparmor_restrict_unprivileged_userns=0 /;
		const denied = sentence(await refusal(t, [...restricted, ...refusing("clone", EACCES)]));
		t.match(denied, `${NONE}AppArmor forbids user namespaces `);
		t.match(denied, remedy);
		for (const error of [EACCES, EPERM]) {
			const powerless = sentence(await refusal(t, [...restricted, ...refusing("mount", error)]));
			t.match(powerless, `${NONE}AppArmor takes all rights in a new user namespace away `);
			t.match(powerless, remedy);
		}
	},
);

t.test(
	"another security module, a container's filter and a kernel without namespaces are told apart from it",
	{ skip: wrongMachine },
	async (t) => {
		const cases: [string[], RegExp][] = [
			[
				refusing("clone", EACCES),
				/a security module \(AppArmor, SELinux\) or a container's seccomp filter forbids user namespaces: allow/,
			],
			[refusing("mount", EPERM), /seccomp filter takes all rights in a new user namespace away: allow/],
			[
				refusing("clone", EPERM),
				/the kernel refuses user namespaces to this server \(Operation not permitted\): .*RestrictNamespaces=/,
			],
			[refusing("clone", EINVAL), /\(Invalid argument\): .* or take a kernel that has them/],
		];
		for (const [wrap, words] of cases) t.match(sentence(await refusal(t, wrap)), words);
	},
);

t.test(
	"a server that refuses to start leaves no process, no socket and no lock",
	{ skip: noRoot },
	async (t) => {
		const data = makeDataFolder(t);
		await refusal(t, ownUsers("echo 0 >/proc/sys/user/max_user_namespaces"), data);
		t.notOk(existsSync(join(data, "brig.sock")));
		t.notOk(existsSync(join(data, "brig.pid")));
		const left = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && commandOf(name).includes(data));
		t.same(left, []);
		const brig = await startBrig(t, { data });
		t.match(await execute(brig, "python", "return 1"), { body: { status: "ok" } }, "it starts where it may");
		t.ok(commandOf(String(brig.process.pid)).includes(EXECUTABLE));
	},
);

function commandOf(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, "utf8");
	} catch {
		return "";
	}
}
