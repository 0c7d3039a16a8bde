import t from "tap";
import { readPrograms } from "../attack/support/programs.ts";
import { PATIENCE } from "../patience.ts";
import { startBrig, type TestBrig } from "../server.ts";
import { makeNamespace, startNoise } from "./support/noise.ts";
import { report } from "./support/report.ts";
import { median, p99 } from "./support/times.ts";

const ROUNDS = Number(process.env.BRIG_SOAK_ROUNDS) || 3;
/** Executions of each program in a round, alone and among noise. */
const EACH = 4;
const MOST_RATIO = 1.5;
/** Not longer on a slow machine: the server has priority over sandboxes. */
const HEALTH_MS = 100;
const NOISE = ["memory-bomb.py", "fork-bomb.py", "cpu-loop.py"];

/** What the neighbour runs: half a second of a core where a start takes a second, and no more than a start. */
const WORK: Record<string, [language: string, code: string, result: unknown]> = {
	"computes, Python": ["python", "sum(n * n for n in range(300_000))", 8999955000050000],
	"answers, Python": ["python", "6 * 7", 42],
	"computes, TypeScript": [
		"typescript",
		"let sum = 0;\nfor (let n = 0; n < 1_000_000; n++) sum += n % 7;\nexport default sum;",
		2999997,
	],
};

/** One execution; how long its client waited, in ms. Throws when it is not what it should be. */
async function measure(brig: TestBrig, key: string, name: string): Promise<number> {
	const [language, code, result] = WORK[name] as (typeof WORK)[string];
	const start = performance.now();
	const answer = await fetch(`${brig.url}/v1/namespaces/quiet/execute`, {
		method: "POST",
		headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
		body: JSON.stringify({ language, code }),
	});
	const text = await answer.text();
	if (JSON.parse(text).result !== result) throw new Error(`${name}: ${answer.status} ${text.slice(0, 500)}`);
	return performance.now() - start;
}

/** Asks for the server's health until stopped; how long each answer took, in ms. */
function askForHealth(brig: TestBrig): () => Promise<number[]> {
	const delays: number[] = [];
	let going = true;
	const asking = (async () => {
		for (; going; await Bun.sleep(50)) {
			const start = performance.now();
			await (await fetch(`${brig.url}/healthz`)).text();
			delays.push(performance.now() - start);
		}
	})();
	return async () => {
		going = false;
		await asking;
		return delays;
	};
}

t.setTimeout(280_000 * PATIENCE);
const skip = process.env.BRIG_TEST_SCOPE ? false : "needs cgroups";

t.test(
	"a memory bomb, a fork bomb and a CPU loop leave another namespace's executions their time, and the server well",
	{ skip },
	async (t) => {
		t.setTimeout(280_000 * PATIENCE);
		const brig = await startBrig(t);
		const key = await makeNamespace(brig, "quiet");
		const bombs = readPrograms("resources").filter(({ file }) => NOISE.includes(file));
		t.equal(bombs.length, NOISE.length);
		const alone = new Map(Object.keys(WORK).map((name) => [name, [] as number[]]));
		const among = new Map(Object.keys(WORK).map((name) => [name, [] as number[]]));
		const health: number[] = [];
		const round = async (times: Map<string, number[]>) => {
			for (let each = 0; each < EACH; each++) {
				for (const [name, list] of times) list.push(await measure(brig, key, name));
			}
		};
		for (const name of alone.keys()) await measure(brig, key, name);
		for (let rounds = 0; rounds < ROUNDS; rounds++) {
			await round(alone);
			const noise = await startNoise(brig, bombs);
			const stopAsking = askForHealth(brig);
			await round(among);
			health.push(...(await stopAsking()));
			const made = await noise.stop();
			t.ok(Object.keys(made).length > 0, `the noise was made: ${JSON.stringify(made)}`);
		}
		for (const [name, times] of alone) {
			const [before, during] = [median(times), median(among.get(name) ?? [])];
			const ratio = during / before;
			const line = `${name}: ${before.toFixed(0)} ms alone, ${during.toFixed(0)} ms among noise, ratio ${ratio.toFixed(2)}`;
			report(line);
			t.comment(line, {
				alone: times.map(Math.round).join(),
				among: (among.get(name) ?? []).map(Math.round).join(),
			});
			t.ok(ratio <= MOST_RATIO, line);
		}
		const line = `healthz among noise: p99 ${p99(health).toFixed(0)} ms, median ${median(health).toFixed(0)} ms of ${health.length}`;
		report(line);
		t.ok(p99(health) < HEALTH_MS, line);
	},
);
