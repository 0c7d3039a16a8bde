import {
	copyFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import type { TestBrig } from "../server.ts";

const project = process.cwd();
const home = mkdtempSync(join(tmpdir(), "brig-alone-"));
t.teardown(() => {
	process.chdir(project);
	rmSync(home, { recursive: true, force: true });
});
copyFileSync(process.env.BRIG_TEST_EXECUTABLE ?? "dist/brig", join(home, "brig"));
// What startBrig starts from here on is the copy.
process.env.BRIG_TEST_EXECUTABLE = join(home, "brig");
const { startBrig } = await import("../server.ts");
const { brigCommand, execute } = await import("./support.ts");

interface Check {
	match(found: object, pattern: object): unknown;
}

/** Both languages answer. */
async function works(t: Check, brig: TestBrig): Promise<void> {
	const python = await execute(
		brig,
		"python",
		"import json, math\nprint('p')\nreturn [math.factorial(20), 2**60]",
	);
	t.match(python, { status: 200, body: { status: "ok", stdout: "p\n", error: null } });
	const typescript = await execute(
		brig,
		"typescript",
		"const f = async (x: number): Promise<number> => x * 2;\nconsole.log('t');\nreturn await f(21);",
	);
	t.match(typescript, { status: 200, body: { status: "ok", result: 42, stdout: "t\n" } });
}

t.test("copied alone into an empty folder it serves both languages and leaves nothing there", async (t) => {
	const empty = join(home, "empty");
	mkdirSync(empty);
	process.chdir(empty);
	const brig = await startBrig(t);
	t.same(await (await fetch(`${brig.url}/healthz`)).json(), { status: "ok" });
	await works(t, brig);
	t.equal(await brig.stop(), 0);
	t.same(readdirSync(empty), []);
	t.match(await brigCommand(["version"], { cwd: empty }), { code: 0, stdout: /^brig \d+\.\d+\.\d+/ });
});

t.test("the files of a hostile folder that it is started in have no effect", async (t) => {
	const hostile = join(home, "hostile");
	const canary = join(hostile, "canary");
	mkdirSync(hostile);
	process.chdir(hostile);
	const evil = `require("node:fs").appendFileSync(${JSON.stringify(canary)}, process.argv.join(" ") + "\\n");`;
	const files: Record<string, string> = {
		"evil.ts": evil,
		"evil.js": evil,
		"bunfig.toml":
			'preload = ["./evil.ts"]\n[run]\npreload = ["./evil.ts"]\n[test]\npreload = ["./evil.ts"]\n',
		".env": `BRIG_PUBLIC_URL=http://evil.example\nBRIG_CONCURRENCY=none\nBRIG_LISTEN=0.0.0.0:1\nBRIG_DATA=${hostile}/data\nBUN_OPTIONS=--preload=./evil.ts\nNODE_OPTIONS=--require=./evil.js\nBUN_BE_BUN=1\nBUN_INSPECT=1\n`,
		".env.local": "BRIG_CONCURRENCY=none\n",
		".env.production": "BRIG_CONCURRENCY=none\n",
		"package.json":
			'{"type":"module","main":"./evil.js","imports":{"#*":"./evil.js"},"scripts":{"serve":"./evil.js"}}',
		"tsconfig.json":
			'{"compilerOptions":{"paths":{"*":["./evil.ts"]},"jsx":"react","jsxImportSource":"./evil.ts"}}',
		".npmrc": "registry=http://127.0.0.1:1\n",
	};
	for (const [name, text] of Object.entries(files)) writeFileSync(join(hostile, name), text);
	for (const name of ["elysia", "valibot", "re2js", "bun:sqlite"]) {
		mkdirSync(join(hostile, "node_modules", name), { recursive: true });
		writeFileSync(join(hostile, "node_modules", name, "index.js"), evil);
	}
	const brig = await startBrig(t);
	await works(t, brig);
	t.notMatch(brig.stderr(), "evil");
	t.equal(await brig.stop(), 0);
	for (const args of [["version"], ["licenses"], ["serve", "--help"], ["key", "list"]])
		t.notMatch((await brigCommand(args, { cwd: hostile })).stdout, "evil");
	t.notOk(existsSync(canary), "the folder's code never ran");
	t.notOk(existsSync(join(hostile, "data")));
});
