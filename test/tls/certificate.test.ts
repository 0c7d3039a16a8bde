import { generateKeyPairSync } from "node:crypto";
import t from "tap";
import { checkInForce, readCertificate } from "../../src/tls/certificate.ts";
import { publicUrl } from "../../src/tls/public-url.ts";
import { makeAuthority } from "./support/authority.ts";

const FROM = { cert: "/etc/cert.pem", key: "/etc/key.pem" };
const authority = await makeAuthority();

t.test("a certificate with its chain and its key is read", async (t) => {
	const { cert, key } = await authority.issue({ names: ["brig.example.com", "*.example.org", "127.0.0.1"] });
	const found = readCertificate(cert, key, FROM);
	t.same(found.names, ["brig.example.com", "*.example.org", "127.0.0.1"]);
	t.same(found.warnings, []);
	t.equal(found.issuer, "CN=Test Intermediate");
	t.equal(found.notAfter.getTime() - found.notBefore.getTime(), 2 * 86_400_000);
	for (const host of ["brig.example.com", "BRIG.example.com", "a.example.org", "127.0.0.1"])
		t.ok(found.covers(host), host);
	for (const host of [
		"example.com",
		"a.b.example.org",
		"127.0.0.2",
		"::1",
		"",
		".example.org",
		"a..org",
		"evil\0.example.org",
		"evil.com",
	])
		t.notOk(found.covers(host), host);
	checkInForce(found, FROM);
	t.ok(readCertificate(cert + authority.root, key, FROM), "with the root");
	t.ok(
		readCertificate(`subject=brig\n${cert.replaceAll("\n", "\r\n")}`, key, FROM),
		"with text between, CRLF",
	);
});

t.test("one that would not serve is a sentence that says which file and what to do", async (t) => {
	const { cert, leaf, key } = await authority.issue();
	const other = await authority.issue();
	const stranger = await makeAuthority("Other");
	const encrypted = generateKeyPairSync("ec", {
		namedCurve: "P-256",
		publicKeyEncoding: { type: "spki", format: "pem" },
		privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" },
	});
	const damaged = cert.replace(/MI.{40}/, "AAAA");
	const public_ = await authority.issue({ issuersAddress: "http://authority.example/issuer.der" });
	const bad: [string, string, string, RegExp][] = [
		["another key", cert, other.key, /key in \/etc\/key\.pem does not belong to .*\/etc\/cert\.pem/],
		["the issuer first", authority.intermediate + leaf, key, /does not belong to the first certificate/],
		["not PEM", "hello", key, /cert\.pem holds no certificate in PEM/],
		["nothing", "", key, /cert\.pem holds no certificate in PEM/],
		["the key as certificate", key, key, /cert\.pem holds no certificate in PEM/],
		["damaged", damaged, key, /Certificate 1 in \/etc\/cert\.pem can't be read/],
		["no key", cert, "hello", /key\.pem holds no private key in PEM/],
		["the certificate as key", cert, cert, /key\.pem holds no private key in PEM/],
		["a public key", cert, encrypted.publicKey, /key\.pem holds no private key in PEM/],
		["an encrypted key", cert, encrypted.privateKey, /is encrypted.*without one/],
		[
			"a strange chain",
			leaf + stranger.intermediate,
			key,
			/Certificate 2 in .* did not issue the one before/,
		],
		["a gap in the chain", leaf + authority.root, key, /Certificate 2 in .* did not issue/],
		["no chain where one belongs", public_.leaf, public_.key, /without its issuer's .*fullchain\.pem/],
		["endless", leaf.repeat(50), key, /50 certificates/],
	];
	for (const [name, cert, key, message] of bad)
		t.throws(() => readCertificate(cert, key, FROM), { name: "Error", message }, name);
});

t.test("what only some clients refuse is a warning", async (t) => {
	const { leaf, key } = await authority.issue();
	t.match(readCertificate(leaf, key, FROM).warnings, [/only clients that trust that issuer itself/]);
	const nameless = await authority.issue({ names: [] });
	t.match(readCertificate(nameless.cert, nameless.key, FROM).warnings, [/names no host/]);
});

t.test("expired and not yet valid are told apart, with the times", async (t) => {
	const { cert, key } = await authority.issue();
	const found = readCertificate(cert, key, FROM);
	const day = 86_400_000;
	t.throws(() => checkInForce(found, FROM, Date.now() + 2 * day), {
		message: /has expired: it ended on \d{4}-.*Renew it/,
	});
	t.throws(() => checkInForce(found, FROM, Date.now() - 2 * day), { message: /not valid before .*clock/ });
});

t.test("clients are told a name that the certificate is for", async (t) => {
	const read = async (...names: string[]) => {
		const { cert, key } = await authority.issue({ names });
		return readCertificate(cert, key, FROM);
	};
	const named = await read("*.example.com", "brig.example.com");
	t.equal(publicUrl({ host: "0.0.0.0" }, 443, named), "https://brig.example.com");
	t.equal(publicUrl({ host: "0.0.0.0" }, 8443, named), "https://brig.example.com:8443");
	t.equal(publicUrl({ host: "::" }, 443, await read("*.example.com")), "https://[::]");
	t.equal(
		publicUrl({ host: "127.0.0.1" }, 8443, await read("localhost", "127.0.0.1")),
		"https://127.0.0.1:8443",
	);
	t.equal(publicUrl({ host: "127.0.0.1", public_url: "https://b.example/" }, 1, named), "https://b.example");
	t.equal(publicUrl({ host: "::1" }, 8484, null), "http://[::1]:8484");
});
