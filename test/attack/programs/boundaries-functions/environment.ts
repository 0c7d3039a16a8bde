// Wants the secret of another function from every environment that it sees, in TypeScript.
// outcome: ok
// result: []
import { readdirSync, readFileSync } from "node:fs";

export default function main() {
	const found = Object.keys({ ...process.env, ...Bun.env }).filter((name) => /TOKEN|proxy/i.test(name));
	for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
		for (const name of ["environ", "cmdline"]) {
			try {
				if (/TOKEN|canary-/.test(readFileSync(`/proc/${pid}/${name}`, "utf8"))) found.push(name);
			} catch {}
		}
	}
	return found;
}
