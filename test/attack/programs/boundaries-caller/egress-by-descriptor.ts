// Wants a way out by speaking on descriptor 7 itself, in TypeScript.
// outcome: ok | error | killed
import { readSync, writeSync } from "node:fs";

const request = Buffer.from("GET http://boundaries.invalid/ HTTP/1.1\r\nHost: boundaries.invalid\r\n\r\n");
const frame = (kind: number, payload: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, 1, kind, 0, 0, payload.length]), payload]);
const found: string[] = [];
for (const fd of [4, 5, 6, 7, 8]) {
	try {
		writeSync(fd, Buffer.concat([frame(1, Buffer.alloc(0)), frame(2, request)]));
		const answer = Buffer.alloc(100);
		if (fd === 7 && process.env.NEVER) found.push(String(readSync(fd, answer)));
	} catch {}
}
export default found;
