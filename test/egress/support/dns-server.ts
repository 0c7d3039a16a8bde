/**
 * A DNS server of a test's own: UDP, A and AAAA, answers as the test says.
 * @module
 */

const TYPE_A = 1;
const TYPE_AAAA = 28;
const NO_SUCH_NAME = 3;

interface Teardown {
	teardown(action: () => unknown): unknown;
}

export interface DnsServer {
	/** For `dns_servers`. */
	address: string;
	/** Every name that was asked for, once for A and once for AAAA. */
	asked: string[];
}

/** `answer` gives the addresses of a name at its nth question (counted from 1); null when there is no such name. */
export async function serveDns(
	t: Teardown,
	answer: (name: string, count: number) => string[] | null,
	hostname = "127.0.0.1",
	port = 0,
): Promise<DnsServer> {
	const asked: string[] = [];
	const counts = new Map<string, number>();
	const socket = await Bun.udpSocket({
		hostname,
		port,
		socket: {
			data(own, query, port, address) {
				const { name, type, end } = question(query);
				asked.push(name);
				const count = (counts.get(`${name} ${type}`) ?? 0) + 1;
				counts.set(`${name} ${type}`, count);
				own.send(reply(query, end, type, answer(name, count)), port, address);
			},
		},
	});
	t.teardown(() => socket.close());
	return { address: `${hostname}:${socket.port}`, asked };
}

function question(query: Buffer): { name: string; type: number; end: number } {
	const labels: string[] = [];
	let at = 12;
	for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
		labels.push(query.toString("latin1", at + 1, at + 1 + length));
		at += 1 + length;
	}
	return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function reply(query: Buffer, end: number, type: number, addresses: string[] | null): Buffer {
	const found = (addresses ?? []).filter((address) => address.includes(":") === (type === TYPE_AAAA));
	const records = type === TYPE_A || type === TYPE_AAAA ? found.map((address) => record(type, address)) : [];
	const head = Buffer.alloc(12);
	query.copy(head, 0, 0, 2);
	head.writeUInt16BE(0x8180 | (addresses === null ? NO_SUCH_NAME : 0), 2);
	head.writeUInt16BE(1, 4);
	head.writeUInt16BE(records.length, 6);
	return Buffer.concat([head, query.subarray(12, end), ...records]);
}

/** A record of the name in the question, to be kept for no time. */
function record(type: number, address: string): Buffer {
	const data = type === TYPE_A ? Buffer.from(address.split(".").map(Number)) : bytes6(address);
	const head = Buffer.alloc(12);
	head.writeUInt16BE(0xc00c, 0);
	head.writeUInt16BE(type, 2);
	head.writeUInt16BE(1, 4);
	head.writeUInt16BE(data.length, 10);
	return Buffer.concat([head, data]);
}

function bytes6(address: string): Buffer {
	const [left = "", right] = address.split("::");
	const groups = (text: string) => (text ? text.split(":") : []);
	const middle = right === undefined ? [] : Array(8 - groups(left).length - groups(right).length).fill("0");
	const all = [...groups(left), ...middle, ...groups(right ?? "")];
	const bytes = Buffer.alloc(16);
	for (const [index, group] of all.entries()) bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
	return bytes;
}
