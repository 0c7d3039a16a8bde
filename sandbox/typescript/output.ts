/**
 * What the program prints must be out before its result is.
 * @module
 */
import { writeSync } from "node:fs";

const wait = Atomics.wait;
const write = writeSync;
const never = new Int32Array(new SharedArrayBuffer(4));
const FULL_WAIT_MS = 1;

/** Writes all bytes to a descriptor, blocking while its reader is slow. */
export function writeAllNow(fd: number, bytes: Uint8Array): void {
	let at = 0;
	while (at < bytes.length) {
		try {
			at += write(fd, bytes, at);
		} catch (error) {
			if ((error as { code?: string }).code !== "EAGAIN") throw error;
			wait(never, 0, 0, FULL_WAIT_MS);
		}
	}
}

/**
 * Makes `process.stdout` and `process.stderr` write at once, in order with `console.log`, which does.
 * Bun's own streams write later to a pipe: an exit would lose the rest.
 */
export function writeStreamsNow(): void {
	writeNow("stdout", 1);
	writeNow("stderr", 2);
}

function writeNow(name: "stdout" | "stderr", fd: number): void {
	let stream: NodeJS.WriteStream | undefined;
	const original = Object.getOwnPropertyDescriptor(process, name);
	Object.defineProperty(process, name, {
		configurable: true,
		enumerable: true,
		get() {
			if (stream) return stream;
			stream = (original?.get ? original.get.call(process) : original?.value) as NodeJS.WriteStream;
			stream.write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
				writeAllNow(fd, typeof chunk === "string" ? Buffer.from(chunk, textEncoding(encoding)) : chunk);
				const callback = typeof encoding === "function" ? encoding : done;
				if (typeof callback === "function") process.nextTick(callback as () => void);
				return true;
			};
			return stream;
		},
	});
}

function textEncoding(encoding: unknown): BufferEncoding {
	return typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8";
}
