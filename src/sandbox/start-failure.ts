/**
 * What a jail that did not start says about the machine: a clause with what is wrong and what mends it.
 * @module
 */
import { readFileSync } from "node:fs";
import { JailError } from "./jail-error.ts";

const SYSCTLS = "/proc/sys";
const NAMESPACES = ["user", "mnt", "pid", "net", "ipc", "uts", "cgroup"];
const WORDS = 200;

/** nsjail's own words, and what they mean. The first that fits counts. */
const CAUSES: [RegExp, (words: RegExpExecArray) => string][] = [
	[/clone\(.*\) failed: No space left on device/, () => noNamespaces()],
	[/clone\(.*\) failed: Resource temporarily unavailable/, () => PROCESSES],
	[/^BlockingIOError: \[Errno 11\]/m, () => PROCESSES],
	[/clone\(.*\) failed: Permission denied/, () => appArmor("forbids user namespaces")],
	[/clone\(.*\) failed: (.*)/, ([, why = ""]) => forbidden(why)],
	[
		/write '\d+' bytes to file '\/proc\/\d+\/[ug]id_map'.*Operation not permitted/,
		() =>
			"the server may not give a sandbox a user id of its own: it runs in a container or user namespace without the ids that it wants; map 65536 ids for it and name the first in /etc/subuid (brig:START:65536)",
	],
	[
		/(?:mount\('\/', MS_REC\|MS_PRIVATE\)|pivot_root\(.*\)|sethostname\(.*\)): (?:Permission denied|Operation not permitted)/,
		() => appArmor("takes all rights in a new user namespace away"),
	],
	[
		/setrlimit\(0, RLIMIT_(\w+), (\d+)\): Operation not permitted/,
		([, name = "", value = ""]) =>
			`the server's own limit Limit${name} is lower than the ${value} that a sandbox gets: raise Limit${name}= in the unit, or in the shell with ulimit`,
	],
	[/execve\('\/usr\/bin\/python3'\) failed: No such file/, () => MISSING_PYTHON],
	[/execve\('\/usr\/bin\/python3'\) failed: (.*)/, ([, why = ""]) => brokenPython(why)],
	[
		/error while loading shared libraries: (\S+): /,
		([, library = ""]) =>
			`the library ${library} is missing or broken: on Debian, apt-get install --reinstall libstdc++6 zlib1g`,
	],
	[
		/version `(GLIBC_\S+)' not found/,
		([, version = ""]) => `this system's C library lacks ${version}: brig needs glibc 2.34 or newer`,
	],
	[
		/prctl\(PR_SET_SECCOMP.*\) failed: (.*)/,
		([, why = ""]) => `this kernel takes no filter for system calls (${why}): it needs CONFIG_SECCOMP_FILTER`,
	],
];

const PROCESSES =
	"the server has as many processes as it may: raise TasksMax= and LimitNPROC= in its unit, or in the shell ulimit -u";
const FILES =
	"the server has as many files open as it may: raise LimitNOFILE= in its unit, or in the shell ulimit -n";
export const MISSING_PYTHON = "there is no /usr/bin/python3: on Debian, apt-get install python3";

/** What to do about a Python that does not run; `why` is what it or the kernel said. */
export function brokenPython(why: string): string {
	return `/usr/bin/python3 does not work (${plain(why)}): install it again, on Debian with apt-get install --reinstall python3-minimal`;
}

/**
 * The reason in what nsjail, the dynamic loader, Python and PID 1 wrote; null when they give none. `attested` says
 * that Python itself works.
 */
export function reasonIn(log: string, attested: boolean): string | null {
	for (const [words, means] of CAUSES) {
		const found = words.exec(log);
		if (found) return means(found);
	}
	if (attested || !log.includes("Executing '/usr/bin/python3'")) return null;
	if (/terminated with signal/.test(log))
		return "the sandbox was killed while it started, by another program or for want of memory";
	const said = pythonError(log) ?? /exited with status: \d+/.exec(log)?.[0];
	return said === undefined ? null : brokenPython(said);
}

/** What a Python says of itself that does not come as far as a program. */
export function pythonError(text: string): string | undefined {
	return /^(?:Fatal Python error|\w+Error): .*/m.exec(text)?.[0];
}

/** What the server or the machine has run out of, by the kernel's error; null when it is something else. */
export function shortage(error: unknown): string | null {
	switch ((error as NodeJS.ErrnoException).code) {
		case "EMFILE":
			return FILES;
		case "ENFILE":
			return "the machine has as many files open as it may: raise the sysctl fs.file-max";
		case "ENOMEM":
			return "the machine has no memory left";
		default:
			return null;
	}
}

/** The reason why nsjail itself could not be started, by the kernel's error; null when it is an unusual one. */
export function spawnReason(error: NodeJS.ErrnoException, nsjail: string): string | null {
	switch (error.code) {
		case "EAGAIN":
			return PROCESSES;
		case "ENOENT":
			return `${nsjail} is gone: restart brig, which unpacks it again`;
		case "EACCES":
			return `${nsjail} may not be executed: a data folder can't lie on a file system that is mounted noexec; choose another with --data`;
		default:
			return shortage(error);
	}
}

/** What went wrong before there was a jail, as a JailError; one that is a fault of the server's own stays as it is. */
export function beforeStart(error: unknown): unknown {
	const reason = error instanceof JailError ? null : shortage(error);
	return reason === null ? error : new JailError((error as Error).message, reason);
}

/** The failure of a jail that says nothing at all. */
export function lateStart(ms: number): JailError {
	const reason = `the sandbox was not ready within ${ms / 1_000} s: the machine is overloaded, or something holds the sandbox's processes still`;
	return new JailError(reason, reason);
}

/** Text from elsewhere, on one line and short. */
function plain(text: string): string {
	return text.replace(/[^\x20-\x7e]+/g, " ").slice(0, WORDS);
}

/** One setting of the kernel, null when it has none of that name or does not show it. */
function sysctl(name: string): string | null {
	try {
		return readFileSync(`${SYSCTLS}/${name.replaceAll(".", "/")}`, "utf8").trim();
	} catch {
		return null;
	}
}

/** Which kind of namespace there may be none of. */
function noNamespaces(): string {
	const names = NAMESPACES.map((kind) => `user.max_${kind}_namespaces`);
	const none = names.filter((name) => sysctl(name) === "0");
	return none.length > 0
		? `this machine allows no new namespaces (${none.join(", ")} = 0): run ${none.map((name) => `sysctl -w ${name}=10000`).join("; ")}, and write it to a file in /etc/sysctl.d`
		: "this machine has as many namespaces as it may: raise the sysctls user.max_*_namespaces";
}

/** Why user namespaces are refused by other means than AppArmor. */
function forbidden(why: string): string {
	const unprivileged = "kernel.unprivileged_userns_clone";
	if (sysctl(unprivileged) === "0")
		return `this machine lets only root make user namespaces (${unprivileged} = 0): run sysctl -w ${unprivileged}=1, and write it to a file in /etc/sysctl.d`;
	return `the kernel refuses user namespaces to this server (${plain(why)}): allow them where they are forbidden, in RestrictNamespaces= of its unit or in a container's seccomp filter, or take a kernel that has them`;
}

/** AppArmor, or what stands in its place. */
function appArmor(does: string): string {
	const restriction = "kernel.apparmor_restrict_unprivileged_userns";
	if (sysctl(restriction) !== "1")
		return `a security module (AppArmor, SELinux) or a container's seccomp filter ${does}: allow brig user namespaces and mounts there`;
	return `AppArmor ${does} (${restriction} = 1): load a profile with "userns," for brig, or run sysctl -w ${restriction}=0 and write it to a file in /etc/sysctl.d`;
}
