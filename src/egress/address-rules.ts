/**
 * Which addresses nobody may dial: everything that is not plainly a host on the Internet.
 * The ranges are those of the IANA special-purpose address registries.
 * @module
 */
import { networkInterfaces } from "node:os";

/** Why an address is refused. An operator can allow those of the first kind for hosts that he names. */
export interface Refusal {
	kind: "private" | "never";
	/** What the address is, as in "a loopback address". */
	what: string;
}

type Row = readonly [prefix: string, kind: Refusal["kind"], what: string];

const RANGES_4: readonly Row[] = [
	["127.0.0.0/8", "private", "a loopback address"],
	["10.0.0.0/8", "private", "a private address"],
	["172.16.0.0/12", "private", "a private address"],
	["192.168.0.0/16", "private", "a private address"],
	["100.64.0.0/10", "private", "a carrier's shared address"],
	["169.254.0.0/16", "never", "a link-local address"],
	["0.0.0.0/8", "never", "an address of this network"],
	["192.0.0.0/24", "never", "a protocol's own address"],
	["192.0.2.0/24", "never", "a documentation address"],
	["192.88.99.0/24", "never", "a 6to4 relay"],
	["198.18.0.0/15", "never", "a benchmarking address"],
	["198.51.100.0/24", "never", "a documentation address"],
	["203.0.113.0/24", "never", "a documentation address"],
	["224.0.0.0/4", "never", "a multicast address"],
	["240.0.0.0/4", "never", "a reserved address"],
];

const RANGES_6: readonly Row[] = [
	["::1/128", "private", "a loopback address"],
	["fc00::/7", "private", "a private address"],
	["fe80::/10", "never", "a link-local address"],
	["::ffff:0:0/96", "never", "an IPv4 address in IPv6 form"],
	["64:ff9b::/96", "never", "a NAT64 address"],
	["64:ff9b:1::/48", "never", "a NAT64 address"],
	["ff00::/8", "never", "a multicast address"],
	["2001::/32", "never", "a Teredo address"],
	["2001::/23", "never", "a protocol's own address"],
	["2001:db8::/32", "never", "a documentation address"],
	["2002::/16", "never", "a 6to4 address"],
	["3fff::/20", "never", "a documentation address"],
];
const GLOBAL_6 = "2000::/3";

/** Why this address may not be dialled, or null. Only full and usual spellings are addresses here at all. */
export function refuseAddress(address: string, own: ReadonlySet<string> = ownAddresses()): Refusal | null {
	const bytes = addressBytes(address);
	if (!bytes) return { kind: "never", what: "no address that can be read" };
	const rows = bytes.length === 4 ? RANGES_4 : RANGES_6;
	const row = rows.find(([range]) => within(bytes, range));
	if (row) return { kind: row[1], what: row[2] };
	if (bytes.length === 16 && !within(bytes, GLOBAL_6)) return { kind: "never", what: "a reserved address" };
	if (own.has(keyOf(bytes))) return { kind: "private", what: "an address of the server itself" };
	return null;
}

/** Every address of this host, in the form that refuseAddress compares. */
export function ownAddresses(): Set<string> {
	const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
	return new Set(all.map(({ address }) => keyOf(addressBytes(address.replace(/%.*$/, "")) ?? [])));
}

/** The 4 or 16 bytes of a dotted quad or of an IPv6 text (RFC 4291); null for every other spelling. */
export function addressBytes(text: string): number[] | null {
	return text.includes(":") ? bytes6(text) : bytes4(text);
}

function bytes4(text: string): number[] | null {
	const parts = text.split(".");
	if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return null;
	const bytes = parts.map(Number);
	return bytes.every((byte) => byte <= 255) ? bytes : null;
}

function bytes6(text: string): number[] | null {
	const halves = text.split("::");
	if (halves.length > 2) return null;
	const sides: number[][] = [];
	for (const [index, half] of halves.entries()) {
		const side = sideBytes(half, index === halves.length - 1);
		if (!side) return null;
		sides.push(side);
	}
	const [left = [], right = []] = sides;
	const missing = 16 - left.length - right.length;
	if (halves.length === 1 ? missing !== 0 : missing < 2) return null;
	return [...left, ...Array<number>(missing).fill(0), ...right];
}

/** One side of `::`; the last group may be a dotted quad. */
function sideBytes(text: string, last: boolean): number[] | null {
	const bytes: number[] = [];
	const groups = text === "" ? [] : text.split(":");
	for (const [index, group] of groups.entries()) {
		const quad = last && index === groups.length - 1 && group.includes(".") ? bytes4(group) : null;
		if (quad) bytes.push(...quad);
		else if (!/^[0-9a-f]{1,4}$/i.test(group)) return null;
		else {
			const number = Number.parseInt(group, 16);
			bytes.push(number >> 8, number & 255);
		}
	}
	return bytes;
}

function within(bytes: readonly number[], range: string): boolean {
	const [base = "", length = "0"] = range.split("/");
	const prefix = addressBytes(base) ?? [];
	if (prefix.length !== bytes.length) return false;
	return bytes.every((byte, index) => {
		const bits = Math.min(8, Math.max(0, Number(length) - index * 8));
		const mask = (0xff << (8 - bits)) & 0xff;
		return (byte & mask) === ((prefix[index] ?? 0) & mask);
	});
}

function keyOf(bytes: readonly number[]): string {
	return bytes.join(".");
}
