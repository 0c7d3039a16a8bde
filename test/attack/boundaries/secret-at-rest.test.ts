import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { api } from "../../http/support/client.ts";
import { startBrig } from "../../server.ts";
import { canary } from "./functions.ts";

const SECRET = canary();
/** Uses its secret in the open: it has a child with it in its environment, prints it, fails with it, sends it on. */
const CODE = {
	python: `
import os, subprocess, sys, time
TOKEN = os.environ["TOKEN"]
def hold(seconds: float = 0, fail: bool = False) -> str:
    child = subprocess.Popen(["/usr/bin/sleep", "60"])
    print(TOKEN, flush=True)
    print(TOKEN, file=sys.stderr, flush=True)
    os.write(1, TOKEN[:10].encode()); time.sleep(0.05); os.write(1, TOKEN[10:].encode())
    time.sleep(seconds)
    child.kill()
    from functions import sink
    sink.take(text=TOKEN)
    if fail:
        raise ValueError(TOKEN)
    return "used " + TOKEN
`,
	typescript: `
import { sink } from "functions";
const token = process.env.TOKEN!;
export default async function hold_ts(input: { seconds?: number; fail?: boolean }): Promise<string> {
	console.log(token);
	console.error(token);
	await Bun.sleep((input.seconds ?? 0) * 1000);
	await sink.take({ text: token });
	if (input.fail) throw new Error(token);
	return "used " + token;
}
`,
};

/** Every process on this machine whose arguments or environment hold the text. */
function processesWith(text: string): { pid: number; file: string; parents: number[] }[] {
	const found: { pid: number; file: string; parents: number[] }[] = [];
	for (const name of readdirSync("/proc")) {
		if (!/^\d+$/.test(name)) continue;
		for (const file of ["cmdline", "environ"]) {
			try {
				if (readFileSync(`/proc/${name}/${file}`).includes(text))
					found.push({ pid: Number(name), file, parents: parentsOf(Number(name)) });
			} catch {
				// It has gone, or may not be read.
			}
		}
	}
	return found;
}

function parentsOf(pid: number): number[] {
	const parents: number[] = [];
	for (let at = pid; at > 1; ) {
		at = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${at}/status`, "utf8"))?.[1] ?? 0);
		parents.push(at);
	}
	return parents;
}

t.test(
	"no file, log, answer or process outside the function's jail shows its secret",
	{ timeout: 120_000 },
	async (t) => {
		const brig = await startBrig(t);
		const call = api(brig);
		await call("PUT", "secrets/TOKEN", { body: SECRET });
		for (const language of ["python", "typescript"] as const) {
			const name = language === "python" ? "vault.hold" : "vault.hold_ts";
			const put = await call("PUT", `functions/${name}`, {
				body: { code: CODE[language], language, env: ["TOKEN"] },
			});
			t.equal(put.status, 201, put.text);
		}
		await call("PUT", "functions/sink.take", {
			body: { code: "def take(text: str) -> int:\n    return len(text)\n" },
		});
		const answers: string[] = [];
		const run = async (language: string, code: string) => {
			const { text } = await call("POST", "execute", { body: { language, code } });
			answers.push(text);
			return JSON.parse(text);
		};

		const running = Promise.all([
			run("python", "from functions import vault\nresult = vault.hold(seconds=3)"),
			run("typescript", 'import { vault } from "functions";\nreturn await vault.hold_ts({ seconds: 3 });'),
			call("POST", "functions/vault.hold/call", { body: { seconds: 3 } }),
		]);
		const seen: ReturnType<typeof processesWith> = [];
		let going = true;
		void running.finally(() => {
			going = false;
		});
		for (; going; await Bun.sleep(100)) seen.push(...processesWith(SECRET));
		const [python, typescript, called] = await running;
		for (const { result } of [python, typescript, called.json]) t.equal(result, "used [secret TOKEN]");
		t.ok(seen.length > 0, "the function's own child is found, so the search works");
		t.ok(
			seen.every(({ file, parents }) => file === "environ" && parents.includes(brig.process.pid)),
			"and nothing but such children",
		);
		t.notOk(
			seen.some(({ parents }) => parents[0] === brig.process.pid),
			"an nsjail never has it",
		);

		for (const name of ["hold", "hold_ts"]) {
			const code = `from functions import vault\nvault.${name}(fail=True)`;
			t.match(await run("python", code), { status: "error", error: { message: /\[secret TOKEN\]/ } });
		}
		const { executions } = (await call("GET", "executions")).json;
		for (const { id } of executions) answers.push((await call("GET", `executions/${id}`)).text);
		answers.push(
			called.text,
			(await call("GET", "functions/vault.hold")).text,
			(await call("GET", "secrets")).text,
		);
		for (const text of answers) t.notMatch(text, SECRET);
		t.match(answers.join(""), /\[secret TOKEN\]/, "what the functions printed is in the ledger, without it");

		const files = () =>
			readdirSync(brig.data, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
		const look = (when: string) => {
			for (const { parentPath, name } of files()) {
				const bytes = readFileSync(join(parentPath, name));
				for (const form of [
					SECRET,
					Buffer.from(SECRET).toString("hex"),
					Buffer.from(SECRET).toString("base64"),
				])
					if (bytes.includes(form)) t.fail(`${when}: ${name} shows the secret`);
			}
			t.notMatch(brig.stderr(), SECRET, when);
		};
		t.ok(
			files().some(({ name }) => name.endsWith("-wal")),
			"the write-ahead log is among the files",
		);
		look("while it runs");
		await brig.stop();
		look("after its stop");
	},
);
