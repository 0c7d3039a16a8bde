import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { healthOf } from "../../src/doctor/server.ts";
import { brigOf } from "../cli/brig.ts";
import { startBrig } from "../server.ts";
import { doctor, notRoot, scratch } from "./support.ts";

t.test("a server that runs, stops, is killed or hangs is told apart", async (t) => {
	t.match((await doctor({ data: scratch(t) })).find("server"), { status: "warn", detail: /no server runs/ });

	const first = await startBrig(t);
	const { data } = first;
	const pid = first.process.pid;
	const running = (await doctor({ data })).find("server");
	t.match(running, {
		status: "ok",
		detail: /healthy, answered in \d+ ms, its last sandbox started \d+ s ago/,
	});
	t.match(running.detail, `process ${pid}, `);

	first.process.kill("SIGSTOP");
	const hanging = await doctor({ data });
	first.process.kill("SIGCONT");
	t.match(hanging.find("server"), {
		status: "fail",
		detail: /does not answer/,
		remedy: /systemctl restart brig/,
	});
	t.match(hanging.find("port"), { status: "warn", detail: /not checked/ });

	first.process.kill("SIGKILL");
	await first.process.exited;
	t.ok(existsSync(join(data, "brig.sock")), "its socket is still there");
	t.match((await doctor({ data })).find("server"), {
		status: "fail",
		detail: /ended without stopping/,
		remedy: /systemctl start/,
	});
});

t.test("a server whose sandboxes don't start is a failure", async (t) => {
	const { data } = await startBrig(t, { args: ["--warm", "0"] });
	const [parts = ""] = readdirSync(join(data, "bin"));
	rmSync(join(data, "bin", parts, "seccomp/python.kafel"));
	t.not((await brigOf(data)(["exec", "-", "--language", "python"], { stdin: "return 1" })).code, 0);
	const found = await doctor({ data });
	t.match(found.find("server"), { status: "fail", detail: /unhealthy \(503\)/ });
	t.match(found.find("jail-python"), { status: "fail", detail: /^no sandbox: / });
	t.match(found.find("jail-typescript"), { status: "ok" }, "the other language goes on");
	t.match(found.find("hostile-probe"), { status: "fail", detail: /could not be tried/ });
});

t.test("a server of another user is not checked, and that is not passed", { skip: notRoot }, async (t) => {
	const { data } = await startBrig(t);
	const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
	const { code, checks, find } = await doctor({ data, under: nobody, env: { HOME: "/nonexistent" } });
	for (const name of ["server", "database", "key-file", "data-folder", "listen", "port"])
		t.match(
			find(name),
			{ status: "warn", detail: /^not checked: this user may not open /, remedy: /as root/ },
			name,
		);
	for (const name of ["jail-python", "jail-typescript"])
		t.match(find(name), { status: "ok", detail: /under this user's own id/ }, name);
	t.equal(find("hostile-probe").status, "ok");
	t.equal(code, checks.some(({ status }) => status === "fail") ? 1 : 0);
});

t.test("what a server counts of its sandboxes is read", async (t) => {
	// Nothing keeps a real server from its minute without stopping it altogether.
	const find = (metrics: string | null, body: unknown = { status: "ok" }) =>
		healthOf({ pid: 7, health: { status: 200, body, ms: 1 }, metrics });
	const ago = (seconds: number) =>
		find(`# HELP it\nbrig_sandbox_last_start_timestamp_seconds ${Date.now() / 1_000 - seconds}\n`);
	t.match(ago(20), { status: "ok", detail: /^process 7, healthy, answered in 1 ms, .* started 20 s ago$/ });
	t.match(ago(1_200), { status: "warn", detail: /started 1200 s ago/, remedy: /every minute/ });
	t.match(find(null), { status: "ok", detail: "process 7, healthy, answered in 1 ms" });
	t.match(find("brig_sandbox_last_start_timestamp_seconds 0\n"), { status: "ok" }, "none has started yet");
	t.match(find("brig_attestation_failures_total 2\n"), {
		status: "warn",
		detail: /2 sandboxes .* not confined/,
	});
	t.match(find("brig_attestation_failures_total 0\n"), { status: "ok" });
	t.match(find(null, "welcome"), { status: "fail", detail: /nothing that can be read/ });
});
