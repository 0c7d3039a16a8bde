import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { brigCommand, LIMITS } from "../../exe/support.ts";
import { execute } from "../../mcp/support.ts";
import { PATIENCE } from "../../patience.ts";
import { EXECUTABLE, makeDataFolder, startBrig } from "../../server.ts";
import { DOMAIN, mcpClient, setUp, shown } from "../support/domain.ts";
import { freePort, pebbleMissing } from "../support/pebble.ts";

const skip = pebbleMissing() ?? false;
t.setTimeout(120_000 * PATIENCE);

t.test(
	"a certificate is obtained at the first start, kept, and served to an MCP client",
	{ skip },
	async (t) => {
		const { pebble, data, args, folder } = await setUp(t);
		const brig = await startBrig(t, { args, data });
		const port = new URL(brig.url).port;
		const ca = await pebble.issuingRoot();
		const first = await shown(brig, ca);
		t.match(first.names, `DNS:${DOMAIN}`);
		t.match(brig.stderr(), `claude mcp add --transport http brig https://${DOMAIN}:${port}/mcp/run/default`);
		const client = await mcpClient(t, brig, ca);
		t.match(await execute(client, "return 6 * 7"), { isError: false, structured: { result: 42 } });

		for (const file of ["account.key", `${DOMAIN}/certificate.pem`, `${DOMAIN}/attempts.json`])
			t.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file);
		for (const path of [join(data, "acme"), folder, join(folder, DOMAIN)])
			t.equal(statSync(path).mode & 0o777, 0o700, path);
		t.notMatch(brig.stderr(), /PRIVATE KEY/);

		await client.close();
		t.equal(await brig.stop(), 0);
		await pebble.stop();
		const again = await startBrig(t, { args, data });
		t.same(await shown(again, ca), first, "the next start needs no authority");
	},
);

const serve = (data: string, args: string[]) =>
	brigCommand(["serve", "--data", data, "--listen", "127.0.0.1:0", ...LIMITS, ...args]);

t.test("a domain that can't be checked is a sentence, and the next start waits", { skip }, async (t) => {
	const { data, args, folder, pebble } = await setUp(t);
	// The authority looks at one port, brig answers at another.
	const elsewhere = args.with(args.indexOf("--acme-http-listen") + 1, `127.0.0.1:${freePort()}`);
	const { code, stdout, stderr } = await serve(data, elsewhere);
	t.same([code, stdout], [1, ""]);
	t.match(stderr, /no certificate yet.*localhost:\d+ refused the check of the domain \(connection\)/);
	t.match(stderr, /open port 80 in every firewall.*brig\.test's A and AAAA records/);
	t.notMatch(stderr, /\n\s+at /, "no stack trace");
	const attemptsFile = join(folder, DOMAIN, "attempts.json");
	t.match(JSON.parse(readFileSync(attemptsFile, "utf8")), { failures: 1 });

	const waiting = Bun.spawn(
		[EXECUTABLE, "serve", "--data", data, "--listen", "127.0.0.1:0", ...LIMITS, ...args],
		{ stdio: ["ignore", "ignore", "pipe"] },
	);
	const reader = waiting.stderr.getReader();
	let said = "";
	while (!said.includes("certificate_waiting"))
		said += Buffer.from((await reader.read()).value ?? []).toString();
	t.match(said, /reason=".*refused the check.*next_attempt=".*to_ask_now="delete \S*attempts\.json/);
	waiting.kill("SIGTERM");
	t.equal(await waiting.exited, 0, "it can be stopped while it waits");

	rmSync(attemptsFile);
	const brig = await startBrig(t, { args, data });
	t.match((await shown(brig, await pebble.issuingRoot())).names, DOMAIN);
});

t.test("an unknown domain and an unknown authority are sentences", { skip }, async (t) => {
	const { args } = await setUp(t);
	const cases: [string, string, RegExp][] = [
		[
			"--acme",
			"elsewhere.test",
			/refused the check of the domain.*could not resolve.*elsewhere\.test's A and AAAA/,
		],
		[
			"--acme-directory",
			`https://localhost:${freePort()}/dir`,
			/can't be reached \(ECONNREFUSED|ConnectionRefused\)/,
		],
		["--acme-directory", args[3]?.replace("/dir", "/nothing") ?? "", /refused the directory \(status 404\)/],
	];
	for (const [flag, value, message] of cases) {
		const { code, stderr } = await serve(makeDataFolder(t), args.with(args.indexOf(flag) + 1, value));
		t.equal(code, 1);
		t.match(stderr, message);
	}
	const noRoot = args.toSpliced(args.indexOf("--acme-ca"), 2);
	t.match(await serve(makeDataFolder(t), noRoot), {
		code: 1,
		stderr: /shows a certificate that is not trusted here .*--acme-ca/,
	});
});
