/**
 * The measure of all things here: nsjail with Python and nothing else, confined as the server's own jails are.
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { descendants, proportionalMb } from "./memory.ts";
import { type Samples, timed } from "./samples.ts";

const PYTHON = ["/usr/bin/python3", "-I", "-S", "-c"];
/** An outside id that the server does not use meanwhile. */
const OUTER_ID = 1_999_999_999;

export interface BareJail {
	/** Time from start to end of `python3 -I -S -c pass`. */
	time(runs: number): Promise<Samples>;
	/** Proportional memory of nsjail and Python, in MB. */
	memory(): Promise<number | null>;
}

/** Takes nsjail and the configuration of Python jails from the data folder of a server that has run some Python. */
export function bareJail(data: string): BareJail {
	const find = (pattern: RegExp) => {
		const file = readdirSync(data, { recursive: true })
			.map(String)
			.find((name) => pattern.test(name));
		if (!file) throw new Error(`the data folder has nothing like ${pattern}`);
		return join(data, file);
	};
	const nsjail = find(/\/bin\/nsjail$/);
	const config = find(/\/python[^/]*\.cfg$/);
	// The same descriptors pass as in the server's jails, whatever their number.
	const descriptors = readFileSync(config, "utf8").match(/^pass_fd:/gm)?.length ?? 0;
	const ids = process.getuid?.() === 0 ? OUTER_ID : process.getuid?.();
	const start = (program: string) =>
		Bun.spawn(
			[nsjail, "-C", config, "-u", `1000:${ids}:1`, "-g", `1000:${ids}:1`, "--", ...PYTHON, program],
			{
				stdio: ["ignore", "ignore", "ignore", ...Array<"pipe">(descriptors).fill("pipe")],
				env: {},
				cwd: "/",
			},
		);
	return {
		time: (runs) =>
			timed(runs, async () => {
				const code = await start("pass").exited;
				if (code !== 0) throw new Error(`the bare jail ended with ${code}`);
			}),
		async memory() {
			const child = start("import time; time.sleep(20)");
			while (descendants(child.pid).length === 0) await Bun.sleep(10);
			await Bun.sleep(300);
			const used = proportionalMb([child.pid, ...descendants(child.pid)]);
			child.kill("SIGKILL");
			await child.exited;
			return used;
		},
	};
}
