/**
 * The benchmark: `bun scripts/bench-parts/main.ts FOLDER [--quick] [--json]`. scripts/bench calls it.
 * @module
 */
import { mkdirSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { canDelegate, type OwnServer, startServer } from "../demo-parts/server.ts";
import { bareJail } from "./bare-jail.ts";
import { measureCatalogs } from "./catalogs.ts";
import { measureExecutions, measureInside, measureThroughput } from "./executions.ts";
import { measureMemory } from "./footprint.ts";
import { executeByRest } from "./requests.ts";
import type { Row, Samples } from "./samples.ts";
import { summed } from "./samples.ts";
import { printTable } from "./table.ts";

const [folder, ...options] = process.argv.slice(2);
if (!folder) throw new Error("scripts/bench calls this with a folder");
const quick = options.includes("--quick");
const json = options.includes("--json");
const runs = quick ? 10 : 50;
const delegate = canDelegate();
const say = (text: string) => process.stderr.write(`bench: ${text}\n`);

/** Starts a server on an empty or used folder `times` times; the last one stays. */
async function starts(times: number, fresh: boolean): Promise<{ samples: Samples; server: OwnServer }> {
	const ready: number[] = [];
	for (let left = times; ; left--) {
		if (fresh) rmSync(join(folder as string, "data"), { recursive: true, force: true });
		const server = await startServer(folder as string, delegate);
		ready.push(server.readyMs);
		if (left === 1) return { samples: summed(ready), server };
		await server.stop();
	}
}

const table: Row[] = [];
mkdirSync(folder, { recursive: true });
say(`${runs} runs of each, ${cpus().length} cores${delegate ? "" : ", without cgroups"}`);
say("starting");
const first = await starts(quick ? 3 : 8, true);
let { server } = first;
let stopping: Promise<void> | undefined;
const stop = () => {
	stopping ??= server.stop();
	return stopping;
};
for (const [signal, code] of [
	["SIGINT", 130],
	["SIGTERM", 143],
] as const) {
	process.on(signal, () => void stop().finally(() => process.exit(code)));
}
try {
	const { adminKey, runKey } = server;
	await executeByRest(server, "python", "1");
	await server.stop();
	const again = await starts(quick ? 3 : 8, false);
	// A folder that was served before shows no keys: they are the first server's.
	server = { ...again.server, adminKey, runKey };
	await executeByRest(server, "python", "1");

	const bare = bareJail(join(folder, "data"));
	const reference = async () => (await bare.time(quick ? 8 : 20)).median;
	const add = async (what: string, measure: () => Promise<Samples>) => {
		const before = await reference();
		const samples = await measure();
		const ratio = samples.median / ((before + (await reference())) / 2);
		table.push({ what, unit: "ms", ...samples, ratio });
	};
	await add("bare jail: nsjail with python3 -I -S -c pass", () => bare.time(runs));
	await add("start of brig serve until it listens, fresh data folder", async () => first.samples);
	await add("start of brig serve until it listens, existing data folder", async () => again.samples);
	const context = { server, runs, add, table, say, reference };
	await measureExecutions(context);
	await measureInside(context);
	await measureThroughput(context);
	await measureMemory({ ...context, bareMb: await bare.memory() });
	await measureCatalogs({ ...context, sizes: quick ? [10] : [10, 200] });
} finally {
	await stop();
}
if (json)
	console.log(JSON.stringify({ cores: cpus().length, cgroups: delegate, runs, rows: table }, null, 2));
else printTable(table);
