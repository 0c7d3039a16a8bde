import t from "tap";
import { refused } from "../http/support/client.ts";
import { source, startVersions } from "./support.ts";

const { call, at, put, result } = await startVersions(t);

t.test("an env list is of names that a secret may have", async (t) => {
	for (const env of [
		["lower"],
		["1A"],
		["A-B"],
		[""],
		["A".repeat(65)],
		["PATH"],
		["LD_PRELOAD"],
		[1],
		"A",
		{ A: 1 },
		[null],
		["HTTPS_PROXY"],
	]) {
		const answer = await put("env.get", source(1), { env });
		t.equal(answer.status, 422, `${JSON.stringify(env)}: ${answer.text.slice(0, 200)}`);
	}
	refused(t, await at("GET", "env.get"), 404, "function_not_found");
	const twice = await put("env.get", source(1), { env: ["A", "A"] });
	t.ok(twice.status === 422 || twice.json.env.length === 1, twice.text);
	const ok = await put("env.get", source(2), { env: ["A", `Z${"9_".repeat(31)}9`] });
	t.equal(ok.status, 201, ok.text);
	t.equal(ok.json.warnings.length, 2, "each secret that does not exist yet is a warning");
	t.match(ok.json.warnings[0], /A does not exist yet: brig secret set A/);
});

t.test(
	"an egress list is of hosts by name, not of everything, a whole domain, an address or an odd port",
	async (t) => {
		for (const pattern of [
			"*",
			"*.com",
			"*.co.uk.",
			"127.0.0.1",
			"::1",
			"[::1]:443",
			"0x7f.1",
			"2130706433",
			"api.example.com:0",
			"api.example.com:65536",
			"api.example.com:x",
			"http://api.example.com",
			"api.example.com/path",
			"user@api.example.com",
			"a b.example.com",
			"api.*.example.com",
			"*api.example.com",
			"",
			".",
			"a".repeat(300),
		]) {
			const answer = await put("net.get", source(1), { egress: [pattern] });
			t.equal(answer.status, 422, `${pattern}: ${answer.text.slice(0, 200)}`);
		}
		const ok = await put("net.get", source(1), { egress: ["api.example.com", "*.example.org:8443"] });
		t.match(ok, { status: 201, json: { egress: ["api.example.com", "*.example.org:8443"] } });
	},
);

t.test("limits are lowered freely, raised to the maximum, and refused beyond it", async (t) => {
	const maxima = {
		wall_ms: 300_000,
		cpu: 2,
		memory_mb: 2048,
		processes: 256,
		scratch_mb: 512,
		output_bytes: 256_000,
	};
	t.match(await put("lim.get", source(1), { limits: maxima }), { status: 201, json: { limits: maxima } });
	for (const [name, most] of Object.entries(maxima)) {
		const least = name === "output_bytes" ? [] : [0];
		for (const value of [most + 1, -1, "1", null, Number.MAX_SAFE_INTEGER, ...least]) {
			const answer = await put("lim.get", source(1), { limits: { [name]: value } });
			t.equal(answer.status, 422, `${name} ${value}: ${answer.text.slice(0, 200)}`);
		}
	}
	for (const limits of [{ unknown: 1 }, [], "x", { open_files: 10 }])
		t.equal((await put("lim.get", source(1), { limits })).status, 422, JSON.stringify(limits));
	t.equal((await at("GET", "lim.get/versions")).json.versions.length, 1);
});

t.test("a function's own limits of processes, scratch and output hold in its jail", async (t) => {
	await put(
		"own.get",
		`import os
def get():
    written = 0
    try:
        with open("/tmp/fill", "wb") as file:
            for _ in range(20):
                file.write(bytes(1_000_000))
                file.flush()
                written += 1
    except OSError:
        pass
    os.unlink("/tmp/fill")
    print("x" * 100_000)
    return written
`,
		{ limits: { scratch_mb: 4, output_bytes: 1_000 } },
	);
	const { json } = await call("POST", "execute", {
		body: { language: "python", code: "from functions import own\nown.get()" },
	});
	t.ok(json.result < 5, `${json.result} MB fit into 4`);
	const { outputs } = (await call("GET", `executions/${json.id}`)).json;
	t.ok(outputs[0].stdout.length < 2_000, `${outputs[0].stdout.length} characters are kept`);
	t.match(outputs[0].stdout, /left out/, "and it says so");
});

t.test("a missing secret is an error before anything runs, set it is there with the next call", async (t) => {
	await put("miss.get", "import os\ndef get():\n    print('ran')\n    return len(os.environ['LATER'])\n", {
		env: ["LATER"],
	});
	const { json } = await at("POST", "miss.get/call", {});
	t.match(json, {
		status: "error",
		error: { type: "MissingSecret", message: /miss\.get needs LATER.*brig secret set LATER/ },
	});
	t.same((await call("GET", `executions/${json.id}`)).json.outputs, []);
	for (const [size, status] of [
		[64 * 1024, 201],
		[64 * 1024 + 1, 413],
	] as const)
		t.equal((await call("PUT", "secrets/LATER", { body: "v".repeat(size) })).status, status);
	t.equal(await result("miss.get"), 64 * 1024, "64 KiB arrive whole");
	await call("DELETE", "secrets/LATER");
	t.match((await at("POST", "miss.get/call", {})).json, { error: { type: "MissingSecret" } });
});

t.test("a source that seems to hold a credential is stored with a warning that names its line", async (t) => {
	const key = ["AKIA", "IOSFODNN7EXAMPLE"].join("");
	const { json, status } = await put("cred.get", `# one\nKEY = "${key}"\n${source(1)}`);
	t.equal(status, 201);
	t.match(json.warnings.join(), /line 2/);
	t.notMatch(json.warnings.join(), key);
});
