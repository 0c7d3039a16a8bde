import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { dataFolder, isLoopback, loadConfig } from "../src/config.ts";

const NONE = "/no/such/brig.toml";
const folder = mkdtempSync(join(tmpdir(), "brig-config-"));
t.teardown(() => rmSync(folder, { recursive: true }));
let files = 0;

/** A configuration file with this text. */
function file(text: string): string {
	const path = join(folder, `${++files}.toml`);
	writeFileSync(path, text);
	return path;
}

t.test(
	"with nothing said, the server listens on loopback and keeps its data where the user's data is",
	async (t) => {
		const root = process.getuid?.() === 0;
		t.match(loadConfig({}, {}, NONE), {
			listen: "127.0.0.1:8484",
			host: "127.0.0.1",
			port: 8484,
			data: root ? "/var/lib/brig" : join(homedir(), ".local/share/brig"),
			plain_http: false,
			without_cgroups: false,
			ledger_days: 30,
			ledger_mb: 512,
		});
		t.equal(Object.isFrozen(loadConfig({}, {}, NONE)), true);
	},
);

t.test("a flag beats the environment, which beats the file", async (t) => {
	const path = file('listen = "127.0.0.1:1"\ndata = "/file"\nconcurrency = 3\n');
	const env = { BRIG_LISTEN: "127.0.0.1:2", BRIG_DATA: "/env", BRIG_OTHER: "x" };
	t.match(loadConfig({ listen: "127.0.0.1:3" }, env, path), { port: 3, data: "/env", concurrency: 3 });
	t.match(loadConfig({ listen: undefined }, env, path), { port: 2, data: "/env" });
	t.match(loadConfig({}, { BRIG_LISTEN: "", BRIG_DATA: undefined }, path), { port: 1, data: "/file" });
	t.match(loadConfig({ "without-cgroups": true, "public-url": "https://b.example" }, {}, path), {
		without_cgroups: true,
		public_url: "https://b.example",
	});
});

t.test("switches and numbers can be written in every source", async (t) => {
	for (const [text, value] of [
		["true", true],
		["1", true],
		["false", false],
		["0", false],
	] as const)
		t.equal(loadConfig({}, { BRIG_PLAIN_HTTP: text }, NONE).plain_http, value, text);
	t.equal(loadConfig({}, {}, file("without_cgroups = true")).without_cgroups, true);
	t.equal(loadConfig({ concurrency: "12" }, {}, NONE).concurrency, 12);
	t.equal(loadConfig({}, { BRIG_CONCURRENCY: "5" }, NONE).concurrency, 5);
	const bounds = loadConfig({ "ledger-mb": "64" }, { BRIG_LEDGER_DAYS: "7" }, file("ledger_mb = 1"));
	t.match(bounds, { ledger_days: 7, ledger_mb: 64 });
});

const WRONG: [string, string, RegExp][] = [
	["listen", "8484", /HOST:PORT/],
	["listen", "127.0.0.1", /HOST:PORT/],
	["listen", "127.0.0.1:99999", /no port 99999/],
	["listen", "127.0.0.1:x", /HOST:PORT/],
	["listen", "a b:1", /HOST:PORT/],
	["public_url", "brig.example.com", /https:/],
	["plain_http", "yes", /./],
	["concurrency", "0", /./],
	["concurrency", "-1", /./],
	["concurrency", "many", /./],
	["concurrency", "1000000", /./],
	["ledger_days", "0", /./],
	["ledger_days", "36501", /./],
	["ledger_days", "1.5", /./],
	["ledger_mb", "0", /./],
	["ledger_mb", "-1", /./],
	["ledger_mb", "1e9", /./],
];

t.test("what is wrong is named, wherever it was said", async (t) => {
	for (const [name, value, reason] of WRONG) {
		const naming = { name: "ConfigError", message: new RegExp(`^The setting ${name}\\b.*${reason.source}`) };
		t.throws(
			() => loadConfig({ [name.replaceAll("_", "-")]: value }, {}, NONE),
			naming,
			`--${name} ${value}`,
		);
		t.throws(() => loadConfig({}, { [`BRIG_${name.toUpperCase()}`]: value }, NONE), naming);
		t.throws(() => loadConfig({}, {}, file(`${name} = ${JSON.stringify(value)}`)), naming);
	}
	t.throws(() => loadConfig({}, {}, file('lisen = "127.0.0.1:1"')), {
		name: "ConfigError",
		message: /lisen/,
	});
	t.throws(() => loadConfig({}, {}, file("data = 5")), { message: /^The setting data / });
	t.throws(() => loadConfig({}, {}, file("listen = ")), {
		name: "ConfigError",
		message: /\.toml is not TOML/,
	});
});

const LOOPBACK = ["localhost:1", "127.0.0.1:1", "127.255.3.4:1", "[::1]:1"];
const ELSEWHERE = ["0.0.0.0:1", "[::]:1", "192.168.1.5:1", "10.0.0.1:1", "brig.example.com:1", "[fe80::1]:1"];
const DISGUISED = [
	"128.0.0.1:1",
	"127.0.0.1.example.com:1",
	"localhost.example.com:1",
	"0:1",
	"[::ffff:7f00:1]:1",
];

t.test("HTTPS needs a certificate and its key, or a domain, and then it may listen everywhere", async (t) => {
	const files = { "tls-cert": "/c.pem", "tls-key": "/k.pem" };
	const everywhere = { listen: "0.0.0.0:443" };
	t.match(loadConfig({ ...everywhere, ...files }, {}, NONE), {
		tls_cert: "/c.pem",
		tls_key: "/k.pem",
		port: 443,
	});
	t.match(loadConfig({ ...everywhere, acme: "Brig.Example.COM" }, {}, NONE), { acme: "brig.example.com" });
	t.match(loadConfig({}, { BRIG_ACME: "a.example", BRIG_ACME_DIRECTORY: "https://ca.example/dir" }, NONE), {
		acme: "a.example",
		acme_directory: "https://ca.example/dir",
	});
	t.match(loadConfig({}, {}, file('tls_cert = "/c.pem"\ntls_key = "/k.pem"')), { tls_cert: "/c.pem" });
	const wrong: [Record<string, string>, RegExp][] = [
		[{ "tls-cert": "/c.pem" }, /^The setting tls_cert needs tls_key \(--tls-key FILE\)/],
		[{ "tls-key": "/k.pem" }, /^The setting tls_key needs tls_cert/],
		[{ ...files, acme: "a.example" }, /tls_cert and acme exclude each other/],
		[{ "acme-directory": "https://ca.example/" }, /^The setting acme_directory needs acme/],
		[{ "acme-email": "me@example.com" }, /^The setting acme_email needs acme/],
		[{ acme: "a.example", "acme-directory": "http://ca.example/" }, /acme_directory .*https:\/\//],
		[{ acme: "a.example", "acme-email": "me" }, /acme_email .*me@example\.com/],
		[{ acme: "a.example", "acme-http-listen": "80" }, /acme_http_listen .*HOST:PORT/],
		[{ acme: "a.example", "acme-http-listen": "[::]:99999" }, /acme_http_listen .*no port 99999/],
	];
	for (const [flags, message] of wrong)
		t.throws(() => loadConfig(flags, {}, NONE), { name: "ConfigError", message }, String(message));
	const names = [
		"localhost",
		"10.0.0.1",
		"::1",
		"*.example.com",
		"a.example.com,b.example.com",
		"../x.example",
		".example.com",
	];
	for (const acme of [
		...names,
		"a..example",
		"-a.example",
		"a_b.example",
		"a.1",
		`${"a".repeat(64)}.example`,
		"ä.example",
		"a.example.",
	])
		t.throws(
			() => loadConfig({ acme }, {}, NONE),
			{ message: /^The setting acme .*brig\.example\.com/ },
			acme,
		);
	for (const acme of ["a.io", "xn--4ca.example", "a-b.c-d.example", "1.example"])
		t.equal(loadConfig({ acme }, {}, NONE).acme, acme);
});

t.test("listening beyond loopback needs --plain-http", async (t) => {
	for (const listen of LOOPBACK) t.equal(loadConfig({ listen }, {}, NONE).port, 1, listen);
	for (const listen of [...ELSEWHERE, ...DISGUISED]) {
		t.throws(
			() => loadConfig({ listen }, {}, NONE),
			{ name: "ConfigError", message: /--plain-http/ },
			listen,
		);
		t.equal(loadConfig({ listen, "plain-http": true }, {}, NONE).listen, listen);
	}
	t.equal(loadConfig({ listen: "[::1]:0" }, {}, NONE).host, "::1", "brackets are for writing only");
	t.ok(isLoopback("::1") && !isLoopback("") && !isLoopback("127.0.0.1 "));
});

t.test("the clients of the local socket find the data folder without the rest", async (t) => {
	t.equal(dataFolder({ BRIG_DATA: "/elsewhere" }), "/elsewhere");
	t.type(dataFolder({}), "string");
});
