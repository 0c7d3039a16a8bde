/**
 * What a jail sees of files. The nsjail configuration is rendered from this list and the attestation is compared with it.
 * @module
 */
import type { Language } from "../result.ts";

/** One entry of a jail's file system, in the order of mounting. */
export type Mount =
	| { kind: "bind"; source: string; target: string; device?: boolean }
	| { kind: "tmpfs"; target: string; options: string; writable: boolean }
	| { kind: "proc"; target: string }
	| { kind: "link"; source: string; target: string }
	| { kind: "text"; target: string; content: string };

/** Where the jail's own parts are on this machine. */
export interface JailParts {
	/** Folder with init.py and the Python runner. */
	readonly inside: string;
	/** The brig executable, which is the TypeScript runner. */
	readonly executable: string;
}

/** The user inside every jail. */
export const INSIDE_ID = 1000;
/** Files and folders that a scratch disk holds: each costs the kernel memory. */
export const SCRATCH_FILES = 4096;

const PASSWD = `sandbox:x:${INSIDE_ID}:${INSIDE_ID}::/work:/bin/sh\n`;
const GROUP = `sandbox:x:${INSIDE_ID}:\n`;
const HOSTS = "127.0.0.1 localhost sandbox\n::1 localhost\n";
const NSSWITCH = "passwd: files\ngroup: files\nhosts: files\n";

/** The host's folders that exist on every Debian but not on every machine are mounted when they are there. */
export function jailMounts(
	language: Language,
	parts: JailParts,
	scratchMb: number,
	exists: (path: string) => boolean,
): Mount[] {
	const system = ["/usr/bin", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo", "/etc/ssl/certs"].filter(
		exists,
	);
	const links = ["bin", "lib", "lib64"].filter((name) => exists(`/usr/${name}`));
	const scratch = `size=${scratchMb}m,nr_inodes=${SCRATCH_FILES},mode=1777`;
	return [
		...system.map((path): Mount => ({ kind: "bind", source: path, target: path })),
		...links.map((name): Mount => ({ kind: "link", source: `usr/${name}`, target: `/${name}` })),
		{ kind: "bind", source: parts.inside, target: "/brig" },
		...(language === "typescript"
			? [{ kind: "bind", source: parts.executable, target: "/opt/brig" } satisfies Mount]
			: []),
		{ kind: "tmpfs", target: "/dev", options: "size=64k,mode=755", writable: false },
		...["/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"].map(
			(path): Mount => ({ kind: "bind", source: path, target: path, device: true }),
		),
		{ kind: "link", source: "/proc/self/fd", target: "/dev/fd" },
		{ kind: "tmpfs", target: "/dev/shm", options: "size=16m,nr_inodes=1024,mode=1777", writable: true },
		{ kind: "proc", target: "/proc" },
		{ kind: "tmpfs", target: "/tmp", options: scratch, writable: true },
		{ kind: "tmpfs", target: "/work", options: scratch, writable: true },
		{ kind: "text", target: "/etc/passwd", content: PASSWD },
		{ kind: "text", target: "/etc/group", content: GROUP },
		{ kind: "text", target: "/etc/hosts", content: HOSTS },
		{ kind: "text", target: "/etc/nsswitch.conf", content: NSSWITCH },
	];
}
