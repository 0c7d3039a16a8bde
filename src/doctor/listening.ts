/**
 * On which addresses a process listens by TCP, as the kernel has it (`man 5 proc`).
 * @module
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface Listening {
	/** `127.0.0.1`, `::1`, in full and without brackets. */
	address: string;
	port: number;
}

const LISTEN = "0A";

/** Null where this user may not know. */
export function listeningOf(pid: number): Listening[] | null {
	try {
		const inodes = new Set(
			readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
				try {
					return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
				} catch {
					return [];
				}
			}),
		);
		return ["tcp", "tcp6"].flatMap((table) =>
			rows(`/proc/${pid}/net/${table}`).flatMap((columns) => {
				const [, local = "", , state, , , , , , inode = ""] = columns;
				return state === LISTEN && inodes.has(inode) ? [readAddress(local)] : [];
			}),
		);
	} catch {
		return null;
	}
}

function rows(file: string): string[][] {
	try {
		return readFileSync(file, "utf8")
			.trim()
			.split("\n")
			.slice(1)
			.map((line) => line.trim().split(/\s+/));
	} catch {
		// A kernel without IPv6 has no table of it.
		return [];
	}
}

/** `0100007F:1F90` is 127.0.0.1:8080: each 32 bits as this machine orders their bytes, which is backwards. */
function readAddress(text: string): Listening {
	const [hex = "", port = ""] = text.split(":");
	const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, "hex")].reverse());
	const address =
		bytes.length === 4
			? bytes.join(".")
			: new URL(
					`http://[${(Buffer.from(bytes).toString("hex").match(/.{4}/g) ?? []).join(":")}]`,
				).hostname.slice(1, -1);
	return { address, port: Number.parseInt(port, 16) };
}
