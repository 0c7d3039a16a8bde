// Wants the runner to be mute: closes every descriptor, in TypeScript.
// outcome: timeout | error | killed
// timeout_ms: 3000
import { closeSync } from "node:fs";

for (let fd = 0; fd < 64; fd++) {
	try {
		closeSync(fd);
	} catch {}
}
export default "done";
