/**
 * Two listeners on one port, for the moment in which one takes over from the other.
 *
 * The kernel deals new connections out to all sockets that listen with SO_REUSEPORT, and resets those that wait in
 * the queue of a socket that closes. A one-line filter sends every new connection to the second of them, the newer one:
 * the older one's queue is empty long before it closes.
 * @module
 */
import { dlopen, ptr } from "bun:ffi";
import { readdirSync } from "node:fs";

// man 7 socket; asm-generic/socket.h
const SOL_SOCKET = 1;
const SO_ACCEPTCONN = 30;
const SO_ATTACH_REUSEPORT_CBPF = 51;
const AF_INET = 2;
const AF_INET6 = 10;
/** Classic BPF, `ret #1`: the index in the group; where there is only one socket, that one is taken. */
const RETURN = 0x06;
const SECOND = 1;

const libc = () =>
	dlopen("libc.so.6", {
		getsockopt: { args: ["i32", "i32", "i32", "buffer", "buffer"], returns: "i32" },
		setsockopt: { args: ["i32", "i32", "i32", "buffer", "u32"], returns: "i32" },
		getsockname: { args: ["i32", "buffer", "buffer"], returns: "i32" },
	}).symbols;

/**
 * From now on the second socket that listens on this port of this process gets all new connections. The filter stays
 * with the port for as long as any of its sockets listens. False when the kernel refuses.
 */
export function steerToSecond(port: number): boolean {
	const { getsockopt, setsockopt, getsockname } = libc();
	const listens = (fd: number): boolean => {
		const value = Buffer.alloc(4);
		if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, value, size(4)) !== 0 || value.readInt32LE() !== 1)
			return false;
		const address = Buffer.alloc(128);
		if (getsockname(fd, address, size(128)) !== 0) return false;
		return [AF_INET, AF_INET6].includes(address.readUInt16LE(0)) && address.readUInt16BE(2) === port;
	};
	const fd = readdirSync("/proc/self/fd").map(Number).find(listens);
	if (fd === undefined) return false;
	const filter = Buffer.alloc(8);
	filter.writeUInt16LE(RETURN, 0);
	filter.writeUInt32LE(SECOND, 4);
	const program = Buffer.alloc(16);
	program.writeUInt16LE(1, 0);
	program.writeBigUInt64LE(BigInt(ptr(filter)), 8);
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, program, program.length) === 0;
}

/** A `socklen_t` that the kernel may change. */
function size(bytes: number): Buffer {
	const buffer = Buffer.alloc(4);
	buffer.writeUInt32LE(bytes);
	return buffer;
}
