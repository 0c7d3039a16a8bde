import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { loadConfig } from "../../src/config.ts";
import { certificate } from "../../src/doctor/certificate.ts";
import { makeContext } from "../../src/doctor/context.ts";
import { inspectCertificate } from "../../src/doctor/inspect-certificate.ts";
import { runCheck } from "../../src/doctor/run.ts";
import { makeAuthority } from "./authority.ts";
import { scratch } from "./support.ts";

const DAY = 86_400;

t.test("a certificate is judged by its time, its key, its name and who may read the key", async (t) => {
	const folder = scratch(t);
	const { issue } = makeAuthority(folder);
	const look = (files: { cert: string; key: string }, host: string | null = null) =>
		inspectCertificate({ ...files, host, attempts: null });

	const good = issue("brig.example.com", -DAY, 60.5 * DAY);
	t.match(look(good, "brig.example.com"), { status: "ok", detail: /^60 days left, to \d{4}-\d\d-\d\d$/ });
	t.match(look(issue("brig.example.com", -90 * DAY, -DAY)), {
		status: "fail",
		detail: /^it has expired on /,
		remedy: /Renew/,
	});
	t.match(look(issue("brig.example.com", DAY, 90 * DAY)), {
		status: "fail",
		detail: /valid only from/,
		remedy: /clock/,
	});
	t.match(look(issue("brig.example.com", -DAY, 13.5 * DAY)), {
		status: "warn",
		detail: /^13 days left/,
		remedy: /Renew/,
	});
	t.match(look(issue("brig.example.com", -DAY, 14.5 * DAY)), { status: "ok" });
	const other = issue("brig.example.com", -DAY, 60 * DAY);
	t.match(look({ cert: good.cert, key: other.key }), { status: "fail", detail: /is not that of/ });
	t.match(look(good, "other.example.com"), { status: "warn", detail: /not for other\.example\.com/ });

	chmodSync(good.key, 0o644);
	t.match(look(good), {
		status: "warn",
		detail: /open to everybody \(0644\)/,
		remedy: `chmod o= ${good.key}`,
	});
	chmodSync(good.key, 0o640);
	const linked = join(folder, "linked.pem");
	symlinkSync(good.key, linked);
	t.match(look({ cert: good.cert, key: linked }), { status: "ok" }, "a link's own mode means nothing");
});

t.test("files that are none, or swapped, are a failure that says which", async (t) => {
	const folder = scratch(t);
	const { issue } = makeAuthority(folder);
	const good = issue("brig.example.com", -DAY, 60 * DAY);
	const look = (cert: string, key: string) => inspectCertificate({ cert, key, host: null, attempts: null });
	const nonsense = join(folder, "nonsense.pem");
	writeFileSync(nonsense, "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n");
	t.match(look(good.key, good.cert), { status: "fail", detail: /key\S* holds no certificate in PEM/ });
	t.match(look(good.cert, good.cert), { status: "fail", detail: /holds no private key/ });
	t.match(look(nonsense, good.key), { status: "fail", detail: /can't be used/ });
	t.match(look(join(folder, "absent.pem"), good.key), {
		status: "fail",
		detail: /absent\.pem/,
		remedy: /tls_cert/,
	});
});

t.test("the settings say which files; without any there is no TLS", async (t) => {
	const folder = scratch(t);
	const { issue } = makeAuthority(folder);
	const usual = loadConfig({}, {}, "/nonexistent");
	const find = (settings: object) => runCheck(certificate, makeContext({ ...usual, ...settings }, folder));
	t.match(await find({}), { status: "ok", detail: /none/ });
	const { cert, key } = issue("brig.example.com", -90 * DAY, -DAY);
	t.match(await find({ tls_cert: cert, tls_key: key }), { status: "fail", detail: /expired/ });
	const good = issue("brig.example.com", -DAY, 60 * DAY);
	const named = { tls_cert: good.cert, tls_key: good.key };
	t.match(await find({ ...named, public_url: "https://brig.example.com" }), { status: "ok" });
	t.match(await find({ ...named, public_url: "https://b.example.com" }), {
		status: "warn",
		detail: /b\.example\.com/,
	});
});

t.test("a certificate of an authority's is found, and a renewal that failed is a warning", async (t) => {
	const data = scratch(t);
	const { issue } = makeAuthority(data);
	const context = makeContext(
		{ ...loadConfig({}, {}, "/nonexistent"), acme: "brig.example.com" } as never,
		data,
	);
	const find = () => runCheck(certificate, context);
	t.match(await find(), { status: "fail", remedy: /port 80/ }, "none was obtained");
	const folder = join(data, "acme/authority.example/brig.example.com");
	mkdirSync(folder, { recursive: true });
	const { cert, key } = issue("brig.example.com", -DAY, 25.5 * DAY);
	writeFileSync(
		join(folder, "certificate.pem"),
		`${await Bun.file(key).text()}${await Bun.file(cert).text()}`,
		{ mode: 0o600 },
	);
	t.match(await find(), { status: "ok", detail: /^25 days left/ });
	writeFileSync(
		join(folder, "attempts.json"),
		JSON.stringify({ failures: 2, next: 0, reason: "it refused" }),
	);
	t.match(await find(), { status: "warn", detail: /^25 days left.* renewing it has failed: it refused/ });
	writeFileSync(join(folder, "attempts.json"), JSON.stringify({ failures: 0, next: 0, reason: null }));
	t.match(await find(), { status: "ok" });
});
