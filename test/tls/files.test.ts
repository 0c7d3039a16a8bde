import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t, { type Test } from "tap";
import { certificateFromFiles } from "../../src/tls/files.ts";
import { PATIENCE } from "../patience.ts";
import { type Issued, makeAuthority } from "./support/authority.ts";

const LOOK_MS = 10;
const authority = await makeAuthority();

/** A folder with a pair in it, and a log that is kept. */
async function setUp(t: Test) {
	const folder = mkdtempSync(join(tmpdir(), "brig-tls-"));
	t.teardown(() => rmSync(folder, { recursive: true }));
	const files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
	const first = await authority.issue();
	write(files, first);
	const lines: string[] = [];
	const log = (event: string, fields: object = {}) => void lines.push(`${event} ${JSON.stringify(fields)}`);
	/** Watches from now on. */
	const open = () => {
		const source = certificateFromFiles(files, log, LOOK_MS);
		t.teardown(() => source.close());
		return source;
	};
	return { folder, files, first, lines, open };
}

function write(files: { cert: string; key: string }, { cert, key }: Pick<Issued, "cert" | "key">): void {
	writeFileSync(files.cert, cert);
	writeFileSync(files.key, key, { mode: 0o600 });
}

/** Puts a link in the place of a file. */
function link(target: string, path: string): void {
	rmSync(path);
	symlinkSync(target, path);
}

async function until(what: string, condition: () => boolean): Promise<void> {
	for (const end = Date.now() + 5_000 * PATIENCE; Date.now() < end; await Bun.sleep(5))
		if (condition()) return;
	throw new Error(`not seen in time: ${what}`);
}

t.test("a changed pair is taken up once, and whoever asked is told", async (t) => {
	const { files, first, lines, open } = await setUp(t);
	const source = open();
	const told: string[] = [];
	source.onChange(({ cert }) => told.push(cert));
	t.equal(source.current().cert, first.cert);
	for (let round = 0; round < 3; round++) {
		const next = await authority.issue();
		write(files, next);
		await until("the new pair", () => source.current().key === next.key);
		t.equal(told.at(-1), next.cert);
	}
	t.equal(told.length, 3);
	t.equal(lines.filter((line) => line.startsWith("certificate_changed")).length, 3);
	t.match(source.status(), {
		source: "files",
		last_error: null,
		next_attempt: null,
		issuer: "CN=Test Intermediate",
	});
	t.ok(source.status().days_left > 0.8 && source.status().days_left <= 1);
});

t.test("a bad change is one line in the log, and the pair before stays until a good one comes", async (t) => {
	const { files, first, lines, open } = await setUp(t);
	const source = open();
	const good = await authority.issue();
	const day = 86_400_000;
	const bad: [string, () => void | Promise<void>, RegExp][] = [
		["another key", () => writeFileSync(files.key, good.key), /does not belong/],
		["no PEM", () => writeFileSync(files.cert, "hello"), /holds no certificate in PEM/],
		["gone", () => rmSync(files.key), /can't be read: ENOENT/],
		["expired", async () => write(files, await authority.issue({ until: -1_000 })), /has expired/],
		[
			"too early",
			async () => write(files, await authority.issue({ from: day, until: 2 * day })),
			/not valid before/,
		],
		["huge", () => writeFileSync(files.cert, "x".repeat(300_000)), /not a file of at most/],
	];
	for (const [name, change, message] of bad) {
		const before = lines.length;
		await change();
		await until(name, () => lines.length > before);
		t.match(lines.at(-1), message, name);
		t.match(lines.at(-1), /The one before goes on being served/);
		t.match(source.status().last_error, message);
		await Bun.sleep(LOOK_MS * 4);
		t.equal(lines.length, before + 1, "said once");
		t.equal(source.current().cert, first.cert);
	}
	write(files, good);
	await until("the good pair", () => source.current().cert === good.cert);
	t.equal(source.status().last_error, null);
});

t.test("a touched file and a link to the same are no change", async (t) => {
	const { folder, files, lines, open } = await setUp(t);
	const source = open();
	source.onChange(() => t.fail("nothing changed"));
	utimesSync(files.cert, new Date(), new Date(Date.now() - 60_000));
	await Bun.sleep(LOOK_MS * 10);
	const copy = join(folder, "elsewhere.pem");
	writeFileSync(copy, source.current().cert);
	link(copy, files.cert);
	await Bun.sleep(LOOK_MS * 10);
	t.same(lines, []);
});

t.test("what can't be served at the start is thrown, and names the file", async (t) => {
	const { files, first, open } = await setUp(t);
	const faults: [() => void | Promise<void>, RegExp][] = [
		[async () => write(files, await authority.issue({ until: -1_000 })), /cert\.pem has expired/],
		[async () => write(files, await authority.issue({ from: 60_000 })), /cert\.pem is not valid before/],
		[() => writeFileSync(files.key, "nothing"), /key\.pem holds no private key/],
		[() => rmSync(files.key), /key\.pem can't be read: ENOENT.*user that runs brig/],
		[() => link("/dev/zero", files.key), /key\.pem is not a file/],
	];
	for (const [change, message] of faults) {
		write(files, first);
		await change();
		t.throws(open, { name: "Error", message }, String(message));
	}
});

t.test("a key that others may read or write is a warning", async (t) => {
	const { files, lines, open } = await setUp(t);
	for (const [mode, message] of [
		[0o644, /Every user .* can read the key/],
		[0o660, /Others can write the key/],
		[0o600, null],
		[0o640, null],
	] as const) {
		lines.length = 0;
		chmodSync(files.key, mode);
		open().close();
		t.equal(statSync(files.key).mode & 0o777, mode);
		if (message) t.match(lines, [message], mode.toString(8));
		else t.same(lines, [], mode.toString(8));
	}
});
