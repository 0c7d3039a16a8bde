import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { makeDataFolder, startBrig, type TestBrig } from "../server.ts";
import { api, execute, untilRunning } from "./support.ts";
import { health, mounted, noRoot, refusal, sentence } from "./surroundings.ts";

interface Test {
	teardown(action: () => unknown): unknown;
}

/** Becomes its arguments where a data folder is a disk of so many KiB. */
const disk = (data: string, kib: number) => mounted(`mount -t tmpfs -o size=${kib}k,mode=711 none ${data}`);

/** The data folder as a process sees it: the disk is mounted for nobody else. */
const seen = (pid: number, data: string) => `/proc/${pid}/root${data}`;

/** Fills the disk under a folder to the last byte; what gives the room back. */
function fill(folder: string): () => void {
	const filler = join(folder, "filler");
	for (const size of [1 << 20, 1 << 12, 1]) {
		try {
			for (;;) writeFileSync(filler, new Uint8Array(size), { flag: "a" });
		} catch {}
	}
	return () => rmSync(filler);
}

/** A server on a disk with some room. */
async function start(t: Test, args: string[] = []): Promise<TestBrig> {
	const data = makeDataFolder(t);
	return startBrig(t, { data, wrap: disk(data, 16 << 10), args });
}

const FULL = {
	status: 507,
	body: { error: { code: "disk_full", message: "The disk under the data folder is full." } },
};
const SOURCE = "def f(a: int = 1) -> int:\n    return a\n";

t.test(
	"on a disk that is too small it does not start, says which, and takes no room",
	{ skip: noRoot },
	async (t) => {
		for (const kib of [4, 16, 64, 256, 1024, 4096]) {
			const data = makeDataFolder(t);
			const said = await refusal(
				t,
				[
					...disk(data, kib),
					"/bin/sh",
					"-c",
					`"$0" "$@"; code=$?; find ${data}/bin -mindepth 2 >&2; exit $code`,
				],
				data,
			);
			t.match(
				said,
				new RegExp(
					`^brig: The disk under the data folder ${data} is full \\(.*\\): make room there, or choose another folder with --data\\.\n$`,
				),
				`${kib} KiB`,
			);
		}
	},
);

t.test(
	"a data folder where nothing may be executed is refused with the reason",
	{ skip: noRoot },
	async (t) => {
		const data = makeDataFolder(t);
		const said = await refusal(t, mounted(`mount -t tmpfs -o noexec,mode=711 none ${data}`), data);
		t.match(
			sentence(said),
			/^brig: No sandbox can be started on this machine: \S+nsjail may not be executed: .* mounted noexec; choose another with --data\.$/,
		);
	},
);

t.test(
	"on a full disk whatever would be written is 507, nothing runs, and with room all works",
	{ skip: noRoot },
	async (t) => {
		const brig = await start(t);
		t.equal((await api(brig, "PUT", "functions/s.f", SOURCE)).status, 201);
		const free = fill(seen(brig.process.pid, brig.data));

		t.match(await execute(brig, "python", "return 1"), FULL);
		t.match(await execute(brig, "typescript", "return 1"), FULL);
		t.match(await api(brig, "POST", "functions/s.f/call", {}), FULL);
		t.match(await api(brig, "PUT", "functions/s.f", SOURCE.replace("= 1", "= 2")), FULL);
		t.match(await api(brig, "PUT", "secrets/TOKEN", { value: "a long enough value" }), FULL);
		t.match(await api(brig, "DELETE", "functions/s.f"), FULL);
		const headers = {
			authorization: `Bearer ${brig.adminKey}`,
			"content-type": "application/json",
			accept: "application/json, text/event-stream",
		};
		const tool = {
			jsonrpc: "2.0",
			id: 1,
			method: "tools/call",
			params: { name: "execute", arguments: { code: "return 1" } },
		};
		const mcp = await fetch(`${brig.url}/mcp/run/default`, {
			method: "POST",
			headers,
			body: JSON.stringify(tool),
		});
		t.match(await mcp.json(), {
			result: { isError: true, structuredContent: { error: { code: "disk_full" } } },
		});
		for (const [path, body] of [
			["keys", { name: "k", scopes: ["run"] }],
			["namespaces", { name: "other" }],
		] as const) {
			const answer = await fetch(`${brig.url}/v1/${path}`, {
				method: "POST",
				headers,
				body: JSON.stringify(body),
			});
			t.match({ status: answer.status, body: await answer.json() }, FULL, path);
		}
		t.match(
			await api(brig, "GET", "functions/s.f"),
			{ status: 200, body: { version: 1 } },
			"reading goes on",
		);
		t.notMatch(brig.stderr(), / fault reason=/);

		free();
		t.match(await api(brig, "POST", "functions/s.f/call", {}), {
			status: 200,
			body: { status: "ok", result: 1 },
		});
		t.match(await api(brig, "PUT", "functions/s.f", SOURCE.replace("= 1", "= 2")), {
			status: 201,
			body: { version: 2 },
		});
		t.match(await execute(brig, "python", "from functions import s\nreturn s.f()"), {
			status: 200,
			body: { result: 2 },
		});
		t.equal((await api(brig, "GET", "executions")).body.executions.length, 2);
		t.equal(await health(brig), 200);
	},
);

t.test(
	"a disk that fills up during an execution costs it nothing, and the ledger learns of its end later",
	{ skip: noRoot },
	async (t) => {
		const brig = await start(t, ["--warm", "0"]);
		const running = execute(brig, "python", "import time\ntime.sleep(1.5)\nprint('there')\nreturn 'kept'");
		await untilRunning(brig, 1);
		const free = fill(seen(brig.process.pid, brig.data));
		const { status, body } = await running;
		t.match(
			{ status, body },
			{
				status: 200,
				body: {
					status: "ok",
					result: "kept",
					stdout: "there\n",
					warnings: [/^The disk under the server's data folder is full: the ledger /],
				},
			},
		);
		t.match(brig.stderr(), new RegExp(` disk_full execution="${body.id}"`));
		t.match(await api(brig, "GET", `executions/${body.id}`), { body: { status: "running" } });
		for (let tries = 0; jails(brig) > 0 && tries < 100; tries++) await Bun.sleep(20);
		t.equal(jails(brig), 0, "its sandbox is gone all the same");

		free();
		t.match(await execute(brig, "python", "return 1"), { status: 200 });
		t.match(await api(brig, "GET", `executions/${body.id}`), { body: { status: "ok", usage: { calls: 0 } } });
	},
);

/** How many processes the server has started that still run. */
function jails({ process: { pid } }: TestBrig): number {
	return readdirSync("/proc").filter((name) => {
		try {
			return (
				/^\d+$/.test(name) &&
				new RegExp(`^PPid:\\s+${pid}$`, "m").test(readFileSync(`/proc/${name}/status`, "utf8"))
			);
		} catch {
			return false;
		}
	}).length;
}

t.test(
	"a server stops in order on a full disk, and nothing that it acknowledged is lost",
	{ skip: noRoot },
	async (t) => {
		// A disk that outlives the server: mounted in a namespace that a sleeper holds.
		const data = makeDataFolder(t);
		const holder = Bun.spawn([...disk(data, 16 << 10), "/bin/sleep", "600"], {
			stdio: ["ignore", "ignore", "ignore"],
		});
		t.teardown(async () => {
			holder.kill("SIGKILL");
			await holder.exited;
		});
		const folder = seen(holder.pid, data);
		const isMounted = () => existsSync(folder) && statSync(folder).dev !== statSync(data).dev;
		for (let tries = 0; !isMounted() && tries < 500; tries++) await Bun.sleep(10);
		const wrap = ["nsenter", "--mount", "--target", String(holder.pid), "--"];
		const first = await startBrig(t, { data, wrap });
		t.equal((await api(first, "PUT", "functions/s.f", SOURCE)).status, 201);
		const free = fill(folder);
		t.match(await api(first, "PUT", "functions/s.f", SOURCE.replace("= 1", "= 2")), FULL);
		t.equal(await first.stop(), 0);
		t.match(first.stderr(), /^brig: stopped$/m);

		t.match(
			sentence(await refusal(t, wrap, data)),
			/^brig: .*\bthe disk under .* is full\b.*: make room there/i,
		);
		free();
		const second = await startBrig(t, { data, wrap });
		const again = { url: second.url, adminKey: first.adminKey };
		t.match(await api(again, "GET", "functions"), { body: { functions: [{ name: "f" }] } });
		t.match(await api(again, "POST", "functions/s.f/call", { a: 7 }), { body: { result: 7 } });
	},
);
