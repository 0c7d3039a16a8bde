import t from "tap";
import { brig } from "./brig.ts";

t.test("brig, brig --help and brig help show the commands", async (t) => {
	const [plain, flag, word] = await Promise.all([brig([]), brig(["--help"]), brig(["help"])]);
	for (const { code, stdout, stderr } of [plain, flag, word]) {
		t.equal(code, 0);
		t.match(stdout, /brig serve/);
		t.equal(stderr, "");
	}
	t.notMatch(plain.stdout, /__/);
});

const COMMANDS = [
	"serve",
	"exec",
	"fn",
	"fn push",
	"fn list",
	"fn show",
	"fn call",
	"fn rm",
	"key",
	"key create",
	"key list",
	"key revoke",
	"namespace",
	"namespace create",
	"namespace list",
	"namespace rm",
	"executions",
	"executions list",
	"executions show",
	"install",
	"uninstall",
	"backup",
	"restore",
	"reload",
	"doctor",
	"version",
	"licenses",
];

for (const command of COMMANDS) {
	t.test(`brig ${command} --help shows an example`, async (t) => {
		const words = command.split(" ");
		const { code, stdout } = await brig([...words, "--help"]);
		t.equal(code, 0);
		t.ok(stdout.startsWith(`brig ${command}: `));
		t.match(stdout, /\nExample:\n {2}.*brig /);
		t.equal((await brig(["help", ...words])).stdout, stdout);
	});
}

t.test("an unknown command is misuse, with the one that was meant", async (t) => {
	const { code, stdout, stderr } = await brig(["exe"]);
	t.equal(code, 2);
	t.equal(stdout, "");
	t.match(stderr, /^brig: There is no command "brig exe"\.\n {2}Did you mean exec\?/);
	t.match((await brig(["fn", "psh"])).stderr, /Did you mean push\?/);
	for (const name of ["nosuch", "constructor", "__proto__", "--data"]) {
		t.equal((await brig([name])).code, 2, name);
	}
});

const MISUSES: [string[], RegExp][] = [
	[["exec"], /FILE is missing/],
	[["exec", "a", "b"], /"b" is too much/],
	[["exec", "-", "--language", "perl"], /--language takes python or typescript/],
	[["exec", "-", "--timeout-ms", "soon"], /--timeout-ms takes a whole number/],
	[["exec", "-", "--nosuch"], /Unknown option '--nosuch'/],
	[["fn", "push"], /FILE is missing/],
	[["fn", "push", "a.py", "b.py", "--name", "x.y"], /--name is for one file/],
	[["fn", "show"], /NAME is missing/],
	[["fn", "call", "x.y", "{a:1}"], /The input is not JSON/],
	[["key", "create"], /--name is missing/],
	[["key", "create", "--name", "x", "--scope", "root"], /--scope takes run or write or admin/],
	[["namespace", "create"], /NAME is missing/],
	[["executions", "--limit", "0"], /--limit takes a whole number/],
	[["backup"], /FILE is missing/],
	[["backup", "a", "b"], /"b" is too much/],
	[["restore"], /FILE is missing/],
	[["restore", "a"], /there is no terminal/],
	[["version", "--nosuch"], /Unknown option/],
	[["serve", "--listen", "0.0.0.0:0"], /--plain-http/],
];

for (const [args, sentence] of MISUSES) {
	t.test(`brig ${args.join(" ")} is misuse, without a stack trace`, async (t) => {
		const { code, stdout, stderr } = await brig(args, { stdin: "", env: { BRIG_DATA: t.testdir() } });
		t.equal(code, 2);
		t.equal(stdout, "");
		t.match(stderr, sentence);
		t.match(stderr, /^brig: .*\n {2}\S.*\n$/);
	});
}

t.test("brig version is a line, or JSON", async (t) => {
	t.match((await brig(["version"])).stdout, /^brig \d+\.\d+\.\d+ \(.*\)\n$/);
	t.equal((await brig(["--version"])).stdout, (await brig(["version"])).stdout);
	t.match(JSON.parse((await brig(["version", "--json"])).stdout), {
		version: /^\d+\.\d+\.\d+$/,
		commit: String,
	});
});

t.test("brig licenses names what is inside", async (t) => {
	const { code, stdout } = await brig(["licenses"]);
	t.equal(code, 0);
	t.match(stdout, /nsjail/i);
	t.match(stdout, /elysia/i);
});
