import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { layBait } from "../../src/doctor/bait.ts";
import { startBrig } from "../server.ts";
import { doctor, notRoot, scratch } from "./support.ts";

const NAME = "hostile-probe";
const only = [NAME];

t.test("nothing works, in a server's sandbox and in one of its own", async (t) => {
	t.match((await doctor({ only, data: scratch(t) })).find(NAME), {
		status: "ok",
		detail: /^2\d ways out tried, none worked$/,
	});
	const { data } = await startBrig(t);
	t.match((await doctor({ only, data })).find(NAME), { status: "ok", detail: /none worked/ });
});

t.test("a filter that lets everything through is seen", async (t) => {
	const { data } = await startBrig(t, { args: ["--warm", "0"] });
	const [parts = ""] = readdirSync(join(data, "bin"));
	writeFileSync(join(data, "bin", parts, "seccomp/python.kafel"), "POLICY all { } USE all DEFAULT ALLOW\n");
	const { code, find } = await doctor({ only, data });
	t.match(find(NAME), {
		status: "fail",
		detail: /a sandboxed program could: .*user namespace/,
		remedy: /Stop the server/,
	});
	t.equal(code, 1);
});

t.test("what lies where sandboxes look is seen from outside", { skip: notRoot }, async (t) => {
	// The system's libraries are in every sandbox: so is what somebody leaves among them.
	const TMPDIR = mkdtempSync("/usr/lib/brig-test-");
	t.teardown(() => rmSync(TMPDIR, { recursive: true, force: true }));
	chmodSync(TMPDIR, 0o711);
	const { status, detail } = (await doctor({ only, data: scratch(t), env: { TMPDIR } })).find(NAME);
	t.equal(status, "fail");
	t.match(detail, "read a file of the host");
	t.same(readdirSync(TMPDIR), [], "and nothing is left there");
});

t.test("whatever is taken of the bait is noticed, and it is removed", async (t) => {
	const bait = await layBait();
	t.teardown(() => bait.remove());
	const { canary, folder, port, abstract, socket, victim } = bait.facts as Record<string, string>;
	t.same(await bait.taken(""), []);
	const nothing = { data() {}, open() {} };
	const seen = async (is: string) => t.ok((await bait.taken("")).includes(is), is);
	await Bun.connect({ hostname: "127.0.0.1", port: Number(port), socket: nothing });
	await seen("reach a port of the host");
	await Bun.connect({ unix: `\0${abstract}`, socket: nothing });
	await seen("reach an abstract socket of the host");
	await Bun.connect({ unix: socket as string, socket: nothing });
	await seen("reach a socket file of the host");
	t.same(
		await bait.taken(`… ${await Bun.file(canary as string).text()} …`).then((all) => all[0]),
		"read a file of the host",
	);
	writeFileSync(join(folder as string, "mark"), "");
	await seen("write into a folder of the host");
	rmSync(join(folder as string, "mark"));
	writeFileSync(canary as string, "changed");
	await seen("write into a folder of the host");
	process.kill(Number(victim), "SIGKILL");
	await seen("kill a process of the host");
	await bait.remove();
	t.notOk(await Bun.file(canary as string).exists());
});
