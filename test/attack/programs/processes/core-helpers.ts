// Wants the kernel to start the host's crash handler, by a child that gives itself another limit of core dumps.
// outcome: ok
// result: ["1 1", "1 1", "1 1 refused"]
import { readFileSync } from "node:fs";

const LINE = /^Max core file size +(\d+) +(\d+)/m;
const limit = (text: string) => LINE.exec(text)?.slice(1).join(" ") ?? text;
const output = (...command: string[]) => String(Bun.spawnSync(command).stdout);

// The host looks on meanwhile.
const shell = "ulimit -S -c 0 && echo changed || echo refused; sleep 0.3; cat /proc/$$/limits; kill -ABRT $$";
const said = output("bash", "-c", shell);
export default [
	limit(readFileSync("/proc/self/limits", "utf8")),
	limit(output("cat", "/proc/self/limits")),
	`${limit(said)} ${said.split("\n")[0]}`,
];
