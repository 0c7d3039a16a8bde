import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import type { Decision } from "../../src/egress/connection.ts";
import { EGRESS_PORT, Gateway } from "../../src/egress/gateway.ts";
import { withoutCgroups } from "../../src/sandbox/cgroup.ts";
import type { Jail } from "../../src/sandbox/jail.ts";
import { JailError } from "../../src/sandbox/jail-error.ts";
import { Sandboxes } from "../../src/sandbox/sandboxes.ts";
import { LIMITS, makeParts, noJails } from "../sandbox/real.ts";
import { EXECUTABLE } from "../server.ts";
import type { Language } from "./support/function-process.ts";
import { serveHttp } from "./support/servers.ts";
import { GET } from "./support/sources.ts";

const withoutExecutable = noJails || (existsSync(EXECUTABLE) ? false : `${EXECUTABLE} is missing`);
const OPTIONS = { services: [], result_limit: 1_000_000, depth_limit: 200 };

async function start(t: { teardown(action: () => unknown): unknown }) {
	const { parts, folder } = await makeParts(t);
	const sandboxes = new Sandboxes({
		parts: { ...parts, executable: EXECUTABLE },
		folder: join(folder, "run"),
		cgroups: withoutCgroups,
		warm: 0,
		usual: LIMITS,
		several: () => false,
		log: (event, fields) => console.error(event, fields),
	});
	t.teardown(() => sandboxes.close());
	return (language: Language) =>
		sandboxes.lease({ owner: 1, language, limits: LIMITS, bodyBytes: 1_000_000, outputBytes: 10_000 });
}

/** Sends frames and waits for the result. */
function ask(
	jail: Jail,
	...frames: [header: object, body: string][]
): Promise<{ ok: unknown; value: unknown }> {
	return new Promise((done) => {
		jail.onFrame = ({ header, body }) =>
			done({
				ok: header.ok,
				value: body.length ? JSON.parse(new TextDecoder().decode(body)) : header.error,
			});
		void jail.ended.then((ending) => done({ ok: false, value: ending }));
		for (const [header, body] of frames) jail.send(header, body);
	});
}

for (const language of ["python", "typescript"] as const) {
	const skip = language === "python" ? noJails : withoutExecutable;

	t.test(
		`a function in a real jail goes out by its gateway, and leaves nothing (${language})`,
		{ skip },
		async (t) => {
			const lease = await start(t);
			const port = serveHttp(t, async (request) => new Response(String((await request.text()).length)));
			const descriptors = () => readdirSync("/proc/self/fd").length;
			const before = descriptors();
			const audit: Decision[] = [];
			const gateway = new Gateway({
				egress: [`api.example.com:${port}`],
				privateHosts: ["api.example.com"],
				look: async () => ["127.0.0.1"],
				audit: (decision) => audit.push(decision),
			});
			const jail = await lease(language);
			await gateway.attach((events) => jail.openEgress(events));
			await t.rejects(jail.openEgress({ data() {}, close() {} }), JailError, "once");
			const urls = [`http://api.example.com:${port}/`, "https://other.example.com/"];
			const { ok, value } = await ask(
				jail,
				[{ op: "load", function: "net.main", ...OPTIONS, egress: { port: EGRESS_PORT } }, GET[language]],
				[{ op: "call", id: 1 }, JSON.stringify({ urls, body: "x".repeat(100_000) })],
			);
			t.equal(ok, true, JSON.stringify(value));
			t.equal((value as string[])[0], "100000");
			t.match((value as string[])[1], /other\.example\.com:443 is not allowed/);
			t.same(
				audit.map(({ allowed }) => allowed),
				[true, false],
			);
			await jail.destroy();
			for (const end = Date.now() + 5_000; descriptors() > before && Date.now() < end; ) await Bun.sleep(5);
			t.ok(descriptors() <= before, "no descriptor is left");
		},
	);

	t.test(
		`a jail without an egress list has descriptor 7 and nobody behind it (${language})`,
		{ skip },
		async (t) => {
			const jail = await (await start(t))(language);
			const program = {
				python: `
import os, socket
os.set_blocking(7, False)
sent = 0
try:
    while True: sent += os.write(7, b"x" * 65536)
except BlockingIOError: pass
def told(port):
    try: return socket.create_connection(("127.0.0.1", port)) and "ARRIVED"
    except OSError as error: return error.errno
[sent < 2_000_000, told(${EGRESS_PORT}), [name for name in os.environ if "proxy" in name.lower()]]`,
				typescript: `
import { writeSync } from "node:fs";
// Bun has no way to make a descriptor not block: what is more would wait here for ever.
const sent = writeSync(7, "x".repeat(65_536));
const told = await Bun.connect({ hostname: "127.0.0.1", port: ${EGRESS_PORT}, socket: { data() {} } }).then(() => "ARRIVED", () => 111);
return [sent < 2_000_000, told, Object.keys(process.env).filter((name) => /proxy/i.test(name))];`,
			}[language];
			t.same((await ask(jail, [{ op: "run", ...OPTIONS }, program])).value, [true, 111, []]);
			await jail.destroy();
		},
	);
}
