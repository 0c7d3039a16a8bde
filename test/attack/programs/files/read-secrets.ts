// Wants the host's passwords and the server's keys and database, in TypeScript.
// outcome: ok
// result: []
import { existsSync, readFileSync } from "node:fs";

const found: string[] = [];
for (const path of ["@DATA@", "@DATA@/brig.db", "@CANARY_FILE@", "/root", "/etc/shadow", "/etc/machine-id"]) {
	if (existsSync(path)) found.push(path);
	try {
		found.push(readFileSync(path, "utf8"));
	} catch {}
}
export default found;
