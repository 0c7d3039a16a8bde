// Wants to know the server's environment and arguments from inside its executable.
// outcome: ok
import { readdirSync, readFileSync } from "node:fs";

const seen: Record<string, string> = { ...process.env, arguments: process.argv.join(" ") };
for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
	for (const name of ["cmdline", "environ"]) {
		try {
			seen[`${pid} ${name}`] = readFileSync(`/proc/${pid}/${name}`, "utf8");
		} catch {}
	}
}
export default seen;
