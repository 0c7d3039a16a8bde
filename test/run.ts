/**
 * Runs every test file in a process of its own, two at a time, and sums up what they say in TAP.
 * `bun test/run.ts [word …]` runs the files whose path contains one of the words.
 * @module
 */
import { type FinalResults, Parser, type Result } from "tap-parser";
import { PATIENCE } from "./patience.ts";
import { SCOPE } from "./scope.ts";

const JOBS = Number(process.env.BRIG_TEST_JOBS) || 2;
const FILE_TIMEOUT_MS = Number(process.env.BRIG_TEST_FILE_MS) || 300_000 * PATIENCE;
/** tap's own limit of a test in seconds: half a minute. */
const TEST_TIMEOUT = String(30 * PATIENCE);

interface Outcome {
	file: string;
	passed: number;
	failed: number;
	skips: string[];
	output: string;
	seconds: number;
}

/** Every `*.test.ts` below `test/`; those in `test/vps/`, which need the machine of scripts/vps, when they are asked for. */
function findFiles(words: string[]): string[] {
	const files = [...new Bun.Glob("test/**/*.test.ts").scanSync(".")].sort();
	if (words.length > 0) return files.filter((file) => words.some((word) => file.includes(word)));
	return files.filter((file) => !file.startsWith("test/vps/"));
}

/** One file's assertions, counted leaf by leaf: a subtest's own line is not a test. */
function count(text: string): Promise<Omit<Outcome, "file" | "output" | "seconds">> {
	const tally = { passed: 0, failed: 0, skips: [] as string[] };
	return new Promise((resolve) => {
		const parser = new Parser();
		const watch = (one: Parser) => {
			one.on("child", watch);
			one.on("assert", (result: Result) => {
				if (result.skip)
					tally.skips.push(`${result.name}: ${result.skip === true ? "no reason" : result.skip}`);
				else if (result.ok || result.todo) tally.passed++;
				else tally.failed++;
			});
		};
		watch(parser);
		parser.on("complete", (results: FinalResults) => {
			if (!results.ok && tally.failed === 0) tally.failed = 1;
			resolve(tally);
		});
		parser.end(text);
	});
}

/** Whether the test itself makes control groups; the others start a server that does. */
const dividesItsGroup = (file: string) => file.startsWith("test/sandbox/cgroup-v2");

async function runFile(file: string): Promise<Outcome> {
	const start = performance.now();
	const child = Bun.spawn([...(dividesItsGroup(file) ? SCOPE : []), process.execPath, file], {
		stdio: ["ignore", "pipe", "pipe"],
		timeout: FILE_TIMEOUT_MS,
		killSignal: "SIGKILL",
		env: { ...process.env, TAP_BAIL: "0", TAP_DIFF: "1", TAP_TIMEOUT: TEST_TIMEOUT },
	});
	const [stdout, stderr, code] = await Promise.all([
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
		child.exited,
	]);
	const tally = await count(stdout);
	if (code !== 0 && tally.failed === 0) tally.failed = 1;
	if (tally.passed + tally.failed + tally.skips.length === 0) tally.failed = 1;
	const output = `${stdout}${stderr}${code === 0 ? "" : `\nexit ${child.signalCode ?? code}\n`}`;
	return { file, ...tally, output, seconds: (performance.now() - start) / 1000 };
}

const files = findFiles(process.argv.slice(2));
const outcomes: Outcome[] = [];

/** Runs these files, so many at a time. */
async function runAll(waiting: string[], jobs: number): Promise<void> {
	const work = async () => {
		for (let file = waiting.shift(); file; file = waiting.shift()) {
			const outcome = await runFile(file);
			outcomes.push(outcome);
			const mark = outcome.failed ? "FAIL" : "ok";
			console.log(`${mark.padEnd(4)} ${file}  ${outcome.passed} passed, ${outcome.seconds.toFixed(1)} s`);
			if (outcome.failed) console.log(outcome.output.replace(/^/gm, "     "));
			for (const skip of outcome.skips) console.log(`     skipped: ${skip}`);
		}
	};
	await Promise.all(Array.from({ length: jobs }, work));
}
// These look at the whole machine and at the server's answering times: they have it to themselves.
const alone = (file: string) => /^test\/(attack|soak)\//.test(file);
await runAll(
	files.filter((file) => !alone(file)),
	JOBS,
);
await runAll(files.filter(alone), 1);

const sum = (pick: (outcome: Outcome) => number) => outcomes.reduce((total, one) => total + pick(one), 0);
const [passed, failed, skipped] = [sum((o) => o.passed), sum((o) => o.failed), sum((o) => o.skips.length)];
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
process.exit(failed || files.length === 0 ? 1 : 0);
