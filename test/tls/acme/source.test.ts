import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t, { type Test } from "tap";
import { AcmeFolder, newKey } from "../../../src/tls/acme/folder.ts";
import { certificateFromAuthority } from "../../../src/tls/acme/source.ts";
import { PATIENCE } from "../../patience.ts";
import { type Lies, serveDirectory } from "../support/directory.ts";
import { freePort } from "../support/pebble.ts";

const DOMAIN = "brig.test";

/** A data folder, and an authority that lies so. */
async function setUp(t: Test, lies: Lies = {}) {
	const data = mkdtempSync(join(tmpdir(), "brig-acme-"));
	t.teardown(() => rmSync(data, { recursive: true }));
	const directory = await serveDirectory(t, lies);
	const caFile = join(data, "ca.pem");
	writeFileSync(caFile, directory.ca);
	const settings = {
		acme: DOMAIN,
		acme_directory: directory.url,
		acme_ca: caFile,
		acme_http_listen: `127.0.0.1:${freePort()}`,
	};
	const lines: string[] = [];
	const log = (event: string, fields: object = {}) => void lines.push(`${event} ${JSON.stringify(fields)}`);
	const stop = new AbortController();
	t.teardown(() => stop.abort());
	const folder = new AcmeFolder(data, directory.url, DOMAIN);
	const orders = () => directory.asked.filter((one) => one === "POST /order").length;
	return {
		data,
		directory,
		folder,
		lines,
		stop,
		orders,
		open: (changed: object = {}) =>
			certificateFromAuthority({ ...settings, ...changed }, data, log, stop.signal),
	};
}

async function until(what: string, condition: () => boolean): Promise<void> {
	for (const end = Date.now() + 15_000 * PATIENCE; Date.now() < end; await Bun.sleep(10))
		if (condition()) return;
	throw new Error(`not seen in time: ${what}`);
}

t.test("what was obtained is kept, in files for this user alone, and serves the next start", async (t) => {
	const { open, folder, orders, data } = await setUp(t);
	const first = await open();
	t.same(first.current().names, [DOMAIN]);
	t.match(first.status(), { source: "acme", names: [DOMAIN], last_error: null });
	t.ok(Date.parse(first.status().next_attempt ?? "") > Date.now());
	t.equal(statSync(folder.certificateFile).mode & 0o777, 0o600);
	t.equal(folder.certificate()?.key.trim(), first.current().key.trim());
	const files = readdirSync(join(data, "acme"), { recursive: true }).map(String);
	t.notOk(
		files.some((name) => name.endsWith(".new")),
		files.join(" "),
	);
	const second = await open();
	t.equal(second.current().cert.trim(), first.current().cert.trim());
	t.equal(orders(), 1);
});

t.test("a kept certificate that is damaged or another domain's is replaced", async (t) => {
	const { open, folder, orders, lines, directory } = await setUp(t);
	await open();
	writeFileSync(folder.certificateFile, readFileSync(folder.certificateFile, "utf8").slice(0, 400));
	t.same((await open()).current().names, [DOMAIN]);
	folder.keep(await directory.authority.issue({ names: ["other.test"] }));
	t.same((await open()).current().names, [DOMAIN]);
	t.equal(orders(), 3);
	t.equal(lines.filter((line) => line.startsWith("certificate_unusable")).length, 2);
});

t.test("one that has ended is served while the next is asked for, which takes its place", async (t) => {
	const { open, folder, directory } = await setUp(t);
	const ended = await directory.authority.issue({ names: [DOMAIN], until: -60_000 });
	folder.keep(ended);
	const source = await open();
	t.ok(source.status().days_left <= 0);
	let told = "";
	source.onChange(({ cert }) => {
		told = cert;
	});
	await until("a new certificate", () => source.status().days_left > 0);
	await until("whoever asked is told", () => told === source.current().cert);
});

t.test("a failure is remembered with its reason and holds the next attempt back", async (t) => {
	const busy = () =>
		Response.json(
			{ type: "urn:ietf:params:acme:error:rateLimited", detail: "slowly" },
			{ status: 429, headers: { "retry-after": "7200" } },
		);
	const { open, folder, orders, lines, stop } = await setUp(t, { "/order": busy });
	await t.rejects(open(), {
		name: "Error",
		message: /^There is no certificate yet, .*\(rateLimited\): "slowly".*not before 20\d\d-/,
	});
	const { failures, next, reason } = folder.attempts();
	t.match([failures, reason], [1, /rateLimited/]);
	t.ok(Math.abs(next - Date.now() - 7_200_000) < 60_000 * PATIENCE, "as long as the authority said");

	const waiting = open();
	await until("the line in the log", () => lines.some((line) => line.startsWith("certificate_waiting")));
	t.equal(orders(), 1);
	stop.abort();
	await t.rejects(waiting);
	t.same(folder.attempts(), { failures, next, reason }, "stopping is no failure");
});

t.test("a failed renewal leaves what is served, and says so in the status", async (t) => {
	const { open, folder, directory, lines } = await setUp(t, {
		"/order": () => Response.json({ type: "urn:ietf:params:acme:error:caa" }, { status: 403 }),
	});
	const due = await directory.authority.issue({ names: [DOMAIN], from: -80_000_000, until: 1_000_000 });
	folder.keep(due);
	const source = await open();
	await until("the failure", () => lines.some((line) => line.startsWith("certificate_not_renewed")));
	t.equal(source.current().cert.trim(), due.cert.trim());
	t.match(source.status(), { last_error: /CAA record in DNS forbids/ });
	const next = Date.parse(source.status().next_attempt ?? "");
	t.ok(next > Date.now() + 30_000 && next < Date.now() + 90_000 * PATIENCE);
	await Bun.sleep(300);
	t.equal(lines.filter((line) => line.startsWith("certificate_not_renewed")).length, 1);
});

t.test(
	"an attempt that is killed counts, so that crashing again and again asks nobody too often",
	async (t) => {
		const { open, folder, directory, stop } = await setUp(t, {
			"/account": () => new Promise<Response>(() => {}),
		});
		const asking = open();
		await until("the request", () => directory.asked.includes("POST /account"));
		t.match(folder.attempts(), { failures: 1, reason: /interrupted/ });
		t.ok(folder.attempts().next > Date.now() + 30_000);
		stop.abort();
		await t.rejects(asking);
		t.match(folder.attempts(), { failures: 0, next: 0 }, "a stop that was asked for does not");
	},
);

t.test("certificates that are due at once don't make it ask without end", async (t) => {
	const lies: Lies = {};
	const { open, directory, orders } = await setUp(t, lies);
	let cert = "";
	lies["/finalize"] = async (honest, payload) => {
		const { Pkcs10CertificateRequest } = await import("@peculiar/x509");
		const { publicKey } = new Pkcs10CertificateRequest(Buffer.from(String(payload.csr), "base64url"));
		const short = { names: [DOMAIN], from: -86_400_000, until: 60_000, publicKey };
		cert = (await directory.authority.issue(short)).cert;
		return honest();
	};
	lies["/certificate"] = () => new Response(cert);
	const source = await open();
	await Bun.sleep(2_000);
	t.equal(orders(), 1);
	t.ok(Date.parse(source.status().next_attempt ?? "") > Date.now() + 2_000);
});

t.test(
	"when nothing can be written nobody is asked, and what was obtained is served all the same",
	async (t) => {
		const { open, folder, directory, lines } = await setUp(t);
		// A folder where a file should be: no user, not root either, can replace that.
		mkdirSync(folder.certificateFile);
		const source = await open();
		t.same(source.current().names, [DOMAIN]);
		t.match(source.status(), { last_error: /can't be kept/ });
		t.ok(lines.some((line) => line.startsWith("certificate_not_kept")));

		rmSync(folder.certificateFile, { recursive: true });
		t.match(folder.attempts(), { failures: 1 }, "the next start waits, having nothing");
		const before = directory.asked.length;
		rmSync(folder.attemptsFile);
		mkdirSync(`${folder.attemptsFile}.new`);
		await t.rejects(open(), { code: "EISDIR" });
		t.equal(directory.asked.length, before);
	},
);

t.test("wrong roots and a damaged account key are sentences", async (t) => {
	const { open, data, directory } = await setUp(t);
	const bad = join(data, "bad.pem");
	await t.rejects(open({ acme_ca: bad }), { name: "ConfigError", message: /acme_ca is wrong: .*ENOENT/ });
	writeFileSync(bad, "hello");
	await t.rejects(open({ acme_ca: bad }), { name: "ConfigError", message: /holds no certificate in PEM/ });
	const account = join(data, "acme", new URL(directory.url).host, "account.key");
	writeFileSync(account, newKey().slice(0, 60));
	await t.rejects(open(), { name: "Error", message: /account\.key is not a private key: delete it/ });
	t.same(directory.asked, []);
});
