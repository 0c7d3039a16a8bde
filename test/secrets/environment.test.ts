import t from "tap";
import { host } from "../sandbox/python/harness.ts";
import { Runner } from "../sandbox/typescript/support/runner.ts";

const ENV = {
	API_TOKEN: "s3cr3t-välue",
	KEY: '-----BEGIN-----\nzwei\r\n"drei" \\ 🔑\n',
	LONG: "v".repeat(65_536),
};
const INITIAL = "/proc/self/environ";

t.test("a TypeScript function finds its secrets in the environment, from its first line on", async (t) => {
	const runner = new Runner();
	t.teardown(() => runner.end());
	const code = `
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
const atLoad = process.env.API_TOKEN;
export default async () => {
	const given = Bun.spawnSync(["printenv", "API_TOKEN"], { env: process.env });
	return {
		atLoad,
		...Object.fromEntries(["API_TOKEN", "KEY", "LONG"].map((name) => [name, Bun.env[name]])),
		child: execFileSync("printenv", ["API_TOKEN"]).toString(),
		given: given.stdout.toString(),
		initial: readFileSync("${INITIAL}", "utf8").includes("s3cr3t"),
	};
};`;
	runner.load("a.b", code, { env: ENV });
	runner.send({ op: "call", id: 1 }, "{}");
	const { header, body } = await runner.next();
	t.match(header, { ok: true });
	const child = `${ENV.API_TOKEN}\n`;
	t.same(JSON.parse(body), { ...ENV, atLoad: ENV.API_TOKEN, child, given: child, initial: false });
});

t.test("a TypeScript function without secrets is loaded as before", async (t) => {
	const runner = new Runner();
	t.teardown(() => runner.end());
	runner.load("a.b", "export default () => process.env.API_TOKEN ?? null");
	runner.send({ op: "call", id: 1 }, "{}");
	t.equal((await runner.next()).body, "null");
});

t.test("a Python function finds its secrets in the environment, from its first line on", async (t) => {
	const code = `
import os, subprocess
at_load = os.environ["API_TOKEN"]
def main():
    return {
        "at_load": at_load, **{name: os.environ[name] for name in ("API_TOKEN", "KEY", "LONG")},
        "child": subprocess.run(["printenv", "API_TOKEN"], stdout=subprocess.PIPE).stdout.decode(),
        "initial": "s3cr3t" in open("${INITIAL}").read(),
    }`;
	const [result] = await host(code, [{}], "a.b", { env: ENV });
	t.same(
		result.value,
		{ ...ENV, at_load: ENV.API_TOKEN, child: `${ENV.API_TOKEN}\n`, initial: false },
		result.error,
	);
});
