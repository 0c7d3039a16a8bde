import t from "tap";
import { EXECUTABLE, makeDataFolder, outerEnv, startBrig } from "../server.ts";
import { brig, brigOf } from "./brig.ts";

const NOBODY = ["setpriv", "--reuid=65534", "--clear-groups"];

t.test("a server that is not there is a sentence and exit 1", async (t) => {
	const data = t.testdir();
	const missing = await brigOf(data)(["fn", "list"]);
	t.equal(missing.code, 1);
	t.match(
		missing.stderr,
		/^brig: There is no server's socket at .*brig\.sock\.\n {2}Is the server running\? `brig serve/,
	);

	const refused = await brig(["fn", "list", "--url", "http://127.0.0.1:1"]);
	t.equal(refused.code, 1);
	t.match(refused.stderr, /^brig: No server answers at http:\/\/127\.0\.0\.1:1\.\n {2}Is it running\?/);
});

t.test("a socket that nobody serves any more is told from a missing one", async (t) => {
	const data = makeDataFolder(t);
	const server = Bun.spawn([
		"python3",
		"-c",
		`import socket; socket.socket(socket.AF_UNIX).bind("${data}/brig.sock")`,
	]);
	await server.exited;
	const { code, stderr } = await brigOf(data)(["fn", "list"]);
	t.equal(code, 1);
	t.match(stderr, /^brig: No server answers at .*brig\.sock\./);
});

t.test("a server that is no Brig is told so", async (t) => {
	const stranger = Bun.serve({
		port: 0,
		hostname: "127.0.0.1",
		fetch: (request) =>
			request.headers.get("authorization") === "Bearer brig_move"
				? Response.redirect("https://elsewhere.example/", 301)
				: new Response("<html>\x1b[31mHello", { status: request.method === "GET" ? 200 : 502 }),
	});
	t.teardown(() => stranger.stop(true));
	const env = { BRIG_URL: `http://127.0.0.1:${stranger.port}`, BRIG_KEY: "brig_x" };
	const page = await brig(["fn", "list"], { env });
	t.equal(page.code, 1);
	t.match(page.stderr, /answered 200 with something that is not Brig's JSON: <html>Hello\n/);
	t.match((await brig(["exec", "-"], { env, stdin: "1" })).stderr, /answered 502/);
	const moved = await brig(["fn", "list"], { env: { ...env, BRIG_KEY: "brig_move" } });
	t.match(moved.stderr, /redirects to https:\/\/elsewhere\.example/);
});

t.test("against a running server", async (t) => {
	const { url, runKey, data } = await startBrig(t);

	t.test("a missing and a wrong key have sentences of their own", async (t) => {
		const none = await brig(["fn", "list"], { env: { BRIG_URL: url } });
		t.equal(none.code, 1);
		t.match(none.stderr, /asks for a key, and none was given\.\n {2}Set BRIG_KEY/);
		const wrong = await brig(["fn", "list", "--url", url, "--key", "brig_wrong"]);
		t.equal(wrong.code, 1);
		t.match(wrong.stderr, /does not know this key/);
	});

	t.test("a key may do what its scope allows, and no more", async (t) => {
		const env = { BRIG_URL: `${url}/`, BRIG_KEY: runKey };
		t.equal((await brig(["fn", "list"], { env })).code, 0);
		const { code, stderr } = await brig(["key", "list"], { env });
		t.equal(code, 1);
		t.match(stderr, /^brig: This needs a key with the scope admin\.\n/);
	});

	t.test("with --json a refusal is on stdout as well, as the server sent it", async (t) => {
		const { code, stdout } = await brigOf(data)(["fn", "show", "no.such", "--json"]);
		t.equal(code, 1);
		t.match(JSON.parse(stdout), { error: { code: "function_not_found", hint: String, docs: String } });
	});

	t.test("who may not open the socket is told so", { skip: whyNotNobody() }, async (t) => {
		const child = Bun.spawn([...NOBODY, EXECUTABLE, "fn", "list"], {
			env: { ...outerEnv(), BRIG_DATA: data },
			stdio: ["ignore", "ignore", "pipe"],
		});
		t.match(
			await new Response(child.stderr).text(),
			/^brig: Only the user of the server may open .*brig\.sock\./,
		);
		t.equal(await child.exited, 1);
	});
});

/** Why a test can't run brig as nobody, or false. */
function whyNotNobody(): string | false {
	if (process.getuid?.() !== 0) return "needs root";
	const { success } = Bun.spawnSync([...NOBODY, "test", "-x", EXECUTABLE]);
	return success ? false : "nobody can't walk to the executable";
}
