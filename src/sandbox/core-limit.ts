/**
 * Which limit of core dumps keeps the kernel from starting the host's crash handler.
 * @module
 */
import { readFileSync } from "node:fs";

const MIB = 1024 * 1024;

/**
 * RLIMIT_CORE of jails in bytes. One where the server's own limit permits it: `man 5 core`, a handler behind a pipe
 * (`|`) or a socket (`@`) is started whatever the limit says, but for this one. None where the limit permits no more and
 * there is no such handler; else one all the same, and a start says that LimitCORE must be raised.
 */
export function coreLimit(limits = readFileSync("/proc/self/limits", "utf8"), pattern = readPattern): 0 | 1 {
	const hard = /^Max core file size\s+\S+\s+(\S+)/m.exec(limits)?.[1] ?? "0";
	// nsjail sets MiB, of which PID 1 makes a byte.
	if (hard === "unlimited" || Number(hard) >= MIB) return 1;
	return /^[^|@]/.test(pattern()) ? 0 : 1;
}

/** Nothing where it is not shown, as in a /proc that is mounted with subset=pid: then there may be a handler. */
function readPattern(): string {
	try {
		return readFileSync("/proc/sys/kernel/core_pattern", "utf8");
	} catch {
		return "";
	}
}
