/**
 * How long a process that is not alone on its core may stay there once it runs.
 * @module
 */
import { libc } from "./libc.ts";

/**
 * Short, so that who needs little is served soon among those that take all they can get: since Linux 6.6 whoever runs is
 * not put aside before its slice is over (kernel.org, scheduler/sched-eevdf). It costs more switches, some microseconds
 * each, and only on a core that several want.
 */
const SLICE_NS = 300_000n;

/** `struct sched_attr` of `man 2 sched_setattr`, in its first version: 32-bit policy at 4, 64-bit slice at 24. */
const ATTR_BYTES = 48;
const POLICY = 4;
const RUNTIME = 24;
const SCHED_OTHER = 0;
/** The kernel's numbers of sched_setattr and sched_getattr. */
const NUMBERS = { x64: [314, 315], arm64: [274, 275] } as const;

/**
 * Gives this thread, and what it starts from now on, short slices; before Linux 6.12 the kernel takes no notice. Where
 * they are not to be had everything is as safe, only less prompt. A jail can't change them: its filter has no
 * sched_setattr.
 */
export function takeShortSlices(): void {
	const numbers = NUMBERS[process.arch as keyof typeof NUMBERS];
	if (!numbers) return;
	const [set, get] = numbers;
	const { syscall } = libc();
	const attr = Buffer.alloc(ATTR_BYTES);
	if (Number(syscall(get, 0, attr, ATTR_BYTES, 0)) !== 0) return;
	if (attr.readUInt32LE(POLICY) !== SCHED_OTHER) return;
	attr.writeBigUInt64LE(SLICE_NS, RUNTIME);
	syscall(set, 0, attr, 0, 0);
}
