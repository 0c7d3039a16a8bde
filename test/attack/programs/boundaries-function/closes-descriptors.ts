// Wants the caller to hang: closes every descriptor and goes on, in TypeScript.
// outcome: error
// timeout_ms: 3000
import { closeSync } from "node:fs";

export default async function main() {
	for (let fd = 0; fd < 64; fd++) {
		try {
			closeSync(fd);
		} catch {}
	}
	await new Promise((done) => setTimeout(done, 30_000));
}
