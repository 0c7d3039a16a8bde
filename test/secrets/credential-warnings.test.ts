import t from "tap";
import { credentialWarnings } from "../../src/secrets/credential-warnings.ts";

const alnum = (length: number) => "a1B2c3D4e5F6g7H8i9J0".repeat(20).slice(0, length);

// Put together here, so that no scanner takes this file for a leak.
const FOUND: [kind: RegExp, line: string][] = [
	[/an AWS access key/, `key = "AKIA${"IOSFODNN7EXAMPLE"}"`],
	[/a GitHub token/, `t = 'ghp_${alnum(36)}'`],
	[/a GitHub token/, `t = 'github_pat_${alnum(40)}'`],
	[/a GitLab token/, `t = "glpat-${alnum(20)}"`],
	[/a Slack token/, `const s = "xoxb-${alnum(30)}"`],
	[/a Stripe key/, `stripe("sk_live_${alnum(24)}")`],
	[/an API key/, `new OpenAI({ key: "sk-proj-${alnum(40)}" })`],
	[/an API key/, `headers = {"x": "sk-ant-api03-${alnum(40)}"}`],
	[/a Google API key/, `maps = "AIza${alnum(35)}"`],
	[/an npm token/, `//registry/:_authToken=npm_${alnum(36)}`],
	[/a key of this server/, `KEY = "brig_${alnum(43)}"`],
	[/a private key/, `"""-----BEGIN ${"RSA PRIVATE"} KEY-----`],
	[/a private key/, `-----BEGIN ${"PRIVATE"} KEY-----`],
	[/a JSON web token/, `jwt = "eyJ${alnum(20)}.eyJ${alnum(30)}.${alnum(43)}"`],
	[/a bearer token/, `{"X": "Bearer ${alnum(32)}"}`],
	[/a password in an address/, 'db = "postgres://app:s3cr3t-pw@db.example.com/app"'],
	[/a credential/, `password = "${alnum(16)}"`],
	[/a credential/, `DB_PASSWORD: str = '${alnum(16)}'`],
	[/a credential/, `const apiKey: string = "${alnum(16)}";`],
	[/a credential/, `{ "client_secret": "${alnum(24)}" }`],
	[/a credential/, `login(user, token=b"${alnum(24)}")`],
	[/a credential/, `config['access_key'] = "${alnum(24)}"`],
];

const INNOCENT = [
	'password = os.environ["DB_PASSWORD"]',
	'const token = process.env.API_TOKEN ?? "";',
	'password = "changeme-changeme1"',
	'token = "<your-token-here-123>"',
	'api_key = "xxxxxxxxxxxxxxxx1234"',
	'SECRET_NAME = "API_TOKEN_FOR_2024"',
	'token_url = "https://auth.example.com/oauth2/v1/token"',
	'secret_path = "/run/secrets/api_token_1"',
	["const auth = `Bearer ", "{token}`;"].join("$"),
	'headers = {"Authorization": f"Bearer {token}"}',
	'db = f"postgres://{user}:{password}@{host}/app"',
	'word = "antidisestablishmentarianism"',
	'password_hint = "the name of your first pet"',
	"const task = 'sk-learn-compatible-estimator-thing';",
	"import base64, hashlib  # ghp_ tokens are refused",
	'digest = "9f86d081884c7d659a2feaa0c55ad015"',
];

for (const [kind, line] of FOUND) {
	t.test(`a warning names ${kind.source} and its line, never the text: ${line.slice(0, 24)}`, async (t) => {
		const warnings = credentialWarnings(`def f():\n    pass\n\n${line}\n`);
		t.equal(warnings.length, 1);
		t.match(warnings[0], kind);
		t.match(warnings[0], /^line 4 /);
		for (const part of line.match(/[\w-]{12,}/g) ?? []) t.notOk(warnings[0]?.includes(part), part);
		t.match(warnings[0], /brig secret set NAME/);
	});
}

t.test("what only speaks of credentials gives no warning", async (t) => {
	for (const line of INNOCENT) t.same(credentialWarnings(line), [], line);
	t.same(credentialWarnings(""), []);
});

t.test("a line gives one warning, its form before the name it is given to", async (t) => {
	const warnings = credentialWarnings(`token = "ghp_${alnum(36)}"; password = "${alnum(16)}"`);
	t.equal(warnings.length, 1);
	t.match(warnings[0], /a GitHub token/);
});

t.test("many lines give ten warnings in their order and the number of the rest", async (t) => {
	const lines = Array.from({ length: 25 }, () => `password = "${alnum(16)}"`);
	const warnings = credentialWarnings(`\n${lines.join("\n\n")}`);
	t.equal(warnings.length, 11);
	t.match(warnings[0], /^line 2 /);
	t.match(warnings[9], /^line 20 /);
	t.equal(warnings[10], "15 more lines seem to contain credentials");
});

t.test("a source of 1 MiB takes less than half a second, whatever it is made of", async (t) => {
	const units = [
		"eyJ",
		"-eyJ",
		"eyJaaaaaaaaaaaa.",
		"sk-",
		" sk-aaaa",
		"Bearer ",
		"://a:",
		"://",
		"password",
		"token=",
		'"',
		"'a",
	];
	units.push(
		"-----BEGIN ",
		"-----BEGIN A ",
		"xoxb-",
		" github_pat_",
		"AKIA",
		'token="aaaaaaaaaaaa1"',
		"\n",
		" ",
		"a1B2c3",
	);
	units.push(
		`token${"_".repeat(20)}: ${"a".repeat(20)} = "`,
		`"${alnum(500)}" `,
		"secret : a : a : a",
		"SG.",
		"brig_",
	);
	for (const unit of units) {
		const source = unit.repeat(1_048_576 / unit.length);
		const start = performance.now();
		credentialWarnings(source);
		const took = performance.now() - start;
		t.ok(took < 500, `${JSON.stringify(unit.slice(0, 30))} took ${took.toFixed(0)} ms`);
	}
});
