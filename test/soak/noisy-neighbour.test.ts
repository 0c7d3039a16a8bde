import t from "tap";
import { readPrograms } from "../attack/support/programs.ts";
import { PATIENCE } from "../patience.ts";
import { startBrig, type TestBrig } from "../server.ts";
import { keepBusy, makeNamespace, startNoise } from "./support/noise.ts";
import { report } from "./support/report.ts";
import { median, p99 } from "./support/times.ts";

const ROUNDS = Number(process.env.BRIG_SOAK_ROUNDS) || 7;
/** Executions of each program in a round, alone and among noise. */
const EACH = 2;
/** What a client does between two executions. */
const PAUSE_MS = 100 * PATIENCE;
const MOST_RATIO = 1.5;
/** The same on a slow machine: the server has priority over sandboxes. */
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
	if (JSON.parse(text).result !== result) {
		throw new Error(`${name}: ${answer.status} ${text.slice(0, 500)}\n${brig.stderr().slice(-2_000)}`);
	}
	return performance.now() - start;
}

const sum = (times: readonly number[]) => times.reduce((total, ms) => total + ms, 0);

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
		keepBusy(t);
		const brig = await startBrig(t);
		const key = await makeNamespace(brig, "quiet");
		const bombs = readPrograms("resources").filter(({ file }) => NOISE.includes(file));
		t.equal(bombs.length, NOISE.length);
		const names = Object.keys(WORK);
		/** Runs each program so often, none of them always the first; the times of each, and those of the server's health. */
		const round = async (number: number, when: "alone" | "among noise") => {
			const times = names.map(() => 0);
			const stopAsking = askForHealth(brig);
			for (let index = number; index < number + EACH * names.length; index++) {
				await Bun.sleep(PAUSE_MS);
				const ms = await measure(brig, key, names[index % names.length] as string);
				times[index % names.length] = (times[index % names.length] ?? 0) + ms;
				report(`progress ${names[index % names.length]}, ${when}: ${ms.toFixed(0)} ms`);
			}
			return { times, delays: await stopAsking() };
		};
		for (const name of names) await measure(brig, key, name);
		const health = { alone: [] as number[], "among noise": [] as number[] };
		/** How many times as long as alone, just before, for each program and for all together. */
		const ratios: number[][] = [];
		for (let rounds = 0; rounds < ROUNDS; rounds++) {
			const alone = await round(rounds, "alone");
			const noise = await startNoise(brig, bombs);
			const among = await round(rounds, "among noise");
			const made = await noise.stop();
			t.ok(Object.keys(made).length > 0, `the noise was made: ${JSON.stringify(made)}`);
			health.alone.push(...alone.delays);
			health["among noise"].push(...among.delays);
			ratios.push(
				[...among.times, sum(among.times)].map(
					(ms, index) => ms / ([...alone.times, sum(alone.times)][index] ?? 0),
				),
			);
			report(`progress round ${rounds + 1} of ${ROUNDS}: ${ratios.at(-1)?.map((ratio) => ratio.toFixed(2))}`);
		}
		for (const [index, name] of [...names, "all together"].entries()) {
			const ratio = median(ratios.map((one) => one[index] ?? Number.NaN));
			const line = `${name}: ${ratio.toFixed(2)} times as long as alone`;
			report(line);
			t.comment(line, ratios.map((one) => one[index]?.toFixed(2)).join());
			t.ok(ratio <= MOST_RATIO, line);
		}
		for (const [when, delays] of Object.entries(health)) {
			const line = `healthz ${when}: p99 ${p99(delays).toFixed(0)} ms, median ${median(delays).toFixed(0)} ms of ${delays.length}`;
			report(line);
			t.comment(line);
		}
		// Where the machine itself keeps the server waiting, the noise must not make it worse.
		const most = Math.max(HEALTH_MS, MOST_RATIO * p99(health.alone));
		t.ok(p99(health["among noise"]) < most, `healthz: p99 under ${most.toFixed(0)} ms among noise`);
	},
);
