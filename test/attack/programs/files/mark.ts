// Wants to leave something for the next execution, and to find what the last one left, in TypeScript.
// outcome: ok
// result: []
// times: 3
import { readdirSync, writeFileSync } from "node:fs";

const found = ["/tmp", "/work", "/dev/shm"].flatMap((folder) => readdirSync(folder));
for (const folder of ["/tmp", "/work", "/dev/shm"]) writeFileSync(`${folder}/mark`, "");
const shared = globalThis as { mark?: boolean };
if (shared.mark) found.push("global");
shared.mark = true;
export default found;
