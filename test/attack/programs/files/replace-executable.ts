// Wants to overwrite the server's executable through its own running copy.
// outcome: ok
// result: []
import { appendFileSync, openSync, writeFileSync } from "node:fs";

const done: string[] = [];
for (const path of ["/proc/self/exe", "/opt/brig", "/proc/1/exe", "/proc/self/map_files"]) {
	for (const attempt of [
		() => writeFileSync(path, "x"),
		() => appendFileSync(path, "x"),
		() => openSync(path, "r+"),
	]) {
		try {
			attempt();
			done.push(path);
		} catch {}
	}
}
export default done;
