/**
 * System calls that Bun has no function for.
 * @module
 */
import { dlopen } from "bun:ffi";

/** The functions of the C library that Brig calls by themselves. */
export const libc = () =>
	dlopen("libc.so.6", {
		getxattr: { args: ["buffer", "buffer", "ptr", "usize"], returns: "i64" },
		flock: { args: ["i32", "i32"], returns: "i32" },
		adjtimex: { args: ["buffer"], returns: "i32" },
		syscall: { args: ["i64", "i32", "buffer", "u32", "u32"], returns: "i64" },
	}).symbols;

const LOCK_SHARED = 1;
const LOCK_EXCLUSIVE = 2;
const LOCK_AT_ONCE = 4;

/** More than struct timex has; its `status` is the first number after five words, on every 64-bit machine. */
const TIMEX_BYTES = 512;
const TIMEX_STATUS = 40;
const STA_UNSYNC = 0x40;

const text = (value: string) => Buffer.from(`${value}\0`);

/** True when a file has an extended attribute that this process may see (`man 2 getxattr`). */
export function hasAttribute(path: string, name: string): boolean {
	return libc().getxattr(text(path), text(name), null, 0n) >= 0n;
}

/**
 * Locks an open file or folder for this process, until it ends or closes it; false when another holds it in a way that
 * does not go with that (`man 2 flock`). A lock that is had already is changed.
 */
export function lockDescriptor(descriptor: number, how: "alone" | "shared" = "alone"): boolean {
	const kind = how === "alone" ? LOCK_EXCLUSIVE : LOCK_SHARED;
	return libc().flock(descriptor, kind | LOCK_AT_ONCE) === 0;
}

/** True when something keeps the clock right (`man 2 adjtimex`); null when the kernel does not say. Changes nothing. */
export function clockIsSynchronised(): boolean | null {
	const timex = Buffer.alloc(TIMEX_BYTES);
	if (libc().adjtimex(timex) < 0) return null;
	return (timex.readInt32LE(TIMEX_STATUS) & STA_UNSYNC) === 0;
}
