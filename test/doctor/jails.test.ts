import { chmodSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { ConfigError } from "../../src/config.ts";
import { makeContext } from "../../src/doctor/context.ts";
import { jailCheck } from "../../src/doctor/jails.ts";
import { runCheck } from "../../src/doctor/run.ts";
import { untilRunning } from "../exe/support.ts";
import { startBrig } from "../server.ts";
import { doctor, empty, notRoot, scratch, writable } from "./support.ts";

const LANGUAGES = ["jail-python", "jail-typescript"];

t.test("without a server a sandbox of each language is started, and nothing is left", async (t) => {
	const TMPDIR = scratch(t);
	chmodSync(TMPDIR, 0o711);
	const { find } = await doctor({ only: LANGUAGES, data: join(TMPDIR, "none"), env: { TMPDIR } });
	for (const name of LANGUAGES)
		t.match(find(name), { status: "ok", detail: /^\d+ ms to start one, with/ }, name);
	t.same(readdirSync(TMPDIR), []);
});

t.test("with a server its sandboxes are tried, and a broken part is seen", async (t) => {
	const { data } = await startBrig(t, { args: ["--warm", "0"] });
	const well = await doctor({ only: LANGUAGES, data });
	for (const name of LANGUAGES)
		t.match(well.find(name), { status: "ok", detail: /^\d+ ms for a program in the running server$/ }, name);
	const [parts = ""] = readdirSync(join(data, "bin"));
	rmSync(join(data, "bin", parts, "seccomp/typescript.kafel"));
	const { code, find } = await doctor({ only: LANGUAGES, data });
	t.match(find("jail-typescript"), { status: "fail", detail: /^no sandbox: /, remedy: /journalctl/ });
	t.equal(find("jail-python").status, "ok");
	t.equal(code, 1);
});

t.test("a server without any namespace is told apart from one without sandboxes", async (t) => {
	const { data, url, adminKey } = await startBrig(t);
	const headers = { authorization: `Bearer ${adminKey}` };
	t.equal((await fetch(`${url}/v1/namespaces/default`, { method: "DELETE", headers })).status, 204);
	t.match((await doctor({ only: LANGUAGES, data })).find("jail-python"), {
		status: "fail",
		detail: /`brig namespace create default`/,
	});
});

t.test("a sandbox that takes its time is a warning", { skip: notRoot }, async (t) => {
	const folder = scratch(t);
	const slow = `${writable("/usr/bin", folder)}
		cp --dereference /usr/bin/python3 /usr/bin/python3-itself
		printf '#!/bin/sh\\n[ "$4" = /brig/init.py ] && sleep 3.2\\nexec /usr/bin/python3-itself "$@"\\n' > ${folder}/python
		rm /usr/bin/python3
		install -m 755 ${folder}/python /usr/bin/python3`;
	const { status, detail, remedy } = (await doctor({ only: ["jail-python"], broken: slow })).find(
		"jail-python",
	);
	t.same([status, detail.slice(0, 6)], ["warn", "slow: "], detail);
	t.match(remedy, /top/);
});

t.test(
	"temporary folders where nothing may be executed are passed over, and none is a failure",
	{ skip: notRoot },
	async (t) => {
		const noexec = (folder: string) => `mount -t tmpfs -o mode=1777,noexec none ${folder}\n`;
		const one = join(scratch(t), "one");
		mkdirSync(one);
		const passed = await doctor({ only: LANGUAGES, broken: noexec(one), env: { TMPDIR: one } });
		t.equal(passed.find("jail-python").status, "ok");
		const both = noexec(one) + noexec("/var/tmp");
		t.match((await doctor({ only: LANGUAGES, broken: both, env: { TMPDIR: one } })).find("jail-python"), {
			status: "fail",
			detail: /no temporary folder can be used: /,
		});
	},
);

t.test(
	"a /proc with something mounted over it is a failure with nsjail's words",
	{ skip: notRoot },
	async (t) => {
		const { find } = await doctor({ only: LANGUAGES, broken: empty("/proc/sys/kernel") });
		for (const name of LANGUAGES)
			t.match(
				find(name),
				{ status: "fail", detail: /^no sandbox: .*proc/, remedy: /Mend what fails above/ },
				name,
			);
	},
);

t.test("a server that is busy is no failure", async (t) => {
	const brig = await startBrig(t, { args: ["--concurrency", "1"] });
	const leaving = new AbortController();
	const long = fetch(`${brig.url}/v1/namespaces/default/execute`, {
		method: "POST",
		headers: { authorization: `Bearer ${brig.adminKey}`, "content-type": "application/json" },
		body: JSON.stringify({ language: "python", code: "import time\ntime.sleep(60)", timeout_ms: 60_000 }),
		signal: leaving.signal,
	}).catch(() => null);
	await untilRunning(brig, 1);
	const found = await runCheck(jailCheck("python"), makeContext(new ConfigError("none"), brig.data));
	leaving.abort();
	await long;
	t.match(found, { status: "warn", detail: /not tried: .* no sandbox free/ });
});
