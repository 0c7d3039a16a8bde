import { randomBytes } from "node:crypto";
import t from "tap";
import { type Attack, request, run } from "./support/attack.ts";
import { attackGroup } from "./support/group.ts";

const SECRET = `canary-${randomBytes(12).toString("hex")}`;
const SPY = `
import os

def look():
    found = [name for folder in ("/tmp", "/work", "/dev/shm") for name in os.listdir(folder)]
    found += [name for name in os.environ if "CALLER" in name]
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with open(f"/proc/{pid}/environ") as file:
            found += ["environment"] if "OF_THE_CALLER" in file.read() else []
    for folder in ("/tmp", "/work", "/dev/shm"):
        open(folder + "/of-the-function", "w").close()
    os.environ["OF_THE_FUNCTION"] = "1"
    return [name for name in found if name != "of-the-function"]

def fail():
    secret = "${SECRET}"
    raise ValueError("it went wrong")  # ${SECRET}

def say():
    import sys
    print("${SECRET}")
    print("${SECRET}", file=sys.stderr, flush=True)
    os.write(1, b"${SECRET}")
    return 1
`;

interface Made {
	key: string;
}
const made = (text: string) => JSON.parse(text) as Made;

/** A namespace beside the attacker's with a function and an execution; functions of the attacker's own that spy. */
async function settle(attack: Attack) {
	const admin = attack.brig.adminKey;
	attack.host.secrets.set("source, output or answer of a function", SECRET);
	for (const name of ["look", "fail", "say"]) {
		await request(
			attack,
			"PUT",
			`/v1/namespaces/default/functions/spy.${name}`,
			JSON.stringify({ code: SPY }),
			admin,
		);
	}
	await request(attack, "POST", "/v1/namespaces", '{"name":"neighbour"}', admin);
	const body = JSON.stringify({ name: "theirs", scopes: ["write"], namespace: "neighbour" });
	const theirs = made((await request(attack, "POST", "/v1/keys", body, admin)).text).key;
	const code = `def reveal():\n    """Reveal the secret of the vault."""\n    return "${SECRET}"\n`;
	const path = "/v1/namespaces/neighbour/functions/vault.reveal";
	const registered = await request(attack, "PUT", path, JSON.stringify({ code }), theirs);
	const called = await request(attack, "POST", `${path}/call`, "{}", theirs);
	return { theirs, registered, called };
}

const attack = await attackGroup(t, "neighbours", async (t, attack) => {
	const { registered, called } = await settle(attack);
	t.equal(registered.http, 201, registered.text);
	t.equal(called.result, SECRET, "the neighbour's own key gets the neighbour's answer");
	attack.facts.THEIR_EXECUTION = called.id;
});

t.test("what is another namespace's and what does not exist are the same bytes", async (t) => {
	const paths: [string, string, string?][] = [
		["GET", ""],
		["GET", "/functions"],
		["GET", "/functions/vault.reveal"],
		["PUT", "/functions/vault.reveal", "def reveal(): return 1"],
		["DELETE", "/functions/vault.reveal"],
		["POST", "/functions/vault.reveal/call", "{}"],
		["POST", "/execute", '{"code":"1","language":"python"}'],
		["GET", "/executions"],
		["GET", `/executions/${attack.facts.THEIR_EXECUTION}`],
	];
	const body = JSON.stringify({ name: "mine", scopes: ["admin"], namespace: "default" });
	const mine = made((await request(attack, "POST", "/v1/keys", body, attack.brig.adminKey)).text).key;
	for (const key of [attack.brig.runKey, mine]) {
		for (const [method, path, content] of paths) {
			const [theirs, nobodys] = await Promise.all(
				["neighbour", "nowhere"].map((name) =>
					request(attack, method, `/v1/namespaces/${name}${path}`, content, key),
				),
			);
			t.equal(theirs?.http, 404, `${method} ${path}`);
			t.equal(theirs?.text, nobodys?.text, `${method} ${path}`);
		}
	}
});

t.test("another namespace's execution is not found by its id under one's own", async (t) => {
	const paths = [attack.facts.THEIR_EXECUTION, "exe_0000000000000000000000"];
	const [theirs, nobodys] = await Promise.all(
		paths.map((id) => request(attack, "GET", `/v1/namespaces/default/executions/${id}`)),
	);
	t.equal(theirs?.http, 404);
	t.equal(theirs?.text, nobodys?.text);
	const before = await request(
		attack,
		"GET",
		`/v1/namespaces/default/executions?before=${attack.facts.THEIR_EXECUTION}`,
	);
	t.notMatch(before.text, /vault/);
});

t.test("a run key registers, deletes and makes nothing", async (t) => {
	const attempts: [string, string, string?][] = [
		["PUT", "/v1/namespaces/default/functions/spy.look", "def look(): return 1"],
		["DELETE", "/v1/namespaces/default/functions/spy.look"],
		["POST", "/v1/keys", '{"name":"x","scopes":["admin"]}'],
		["GET", "/v1/keys"],
		["POST", "/v1/namespaces", '{"name":"x"}'],
		["DELETE", "/v1/namespaces/default"],
	];
	for (const [method, path, content] of attempts) {
		const { http, text } = await request(attack, method, path, content);
		t.equal(http, 403, `${method} ${path}: ${text}`);
	}
});

t.test("what a function prints is for keys that may see its source", async (t) => {
	const { id } = await run(attack, "from functions import spy\nresult = spy.say()", "python");
	const path = `/v1/namespaces/default/executions/${id}`;
	t.notMatch((await request(attack, "GET", path)).text, SECRET);
	t.match((await request(attack, "GET", path, undefined, attack.brig.adminKey)).text, SECRET);
});

t.test("twenty programs at once get twenty answers, each its own", async (t) => {
	const answers = await Promise.all(
		Array.from({ length: 20 }, (_, number) =>
			number % 2
				? run(attack, `import time\ntime.sleep(0.05)\nresult = ${number}`, "python")
				: run(attack, `await Bun.sleep(50);\nexport default ${number}`, "typescript"),
		),
	);
	t.same(
		answers.map(({ result }) => result),
		answers.map((_, number) => number),
	);
});

t.test("two executions at one time share no socket name, no port and no file", async (t) => {
	const first = run(
		attack,
		`import socket, time
unix, tcp = socket.socket(socket.AF_UNIX), socket.socket()
unix.bind("\\0meeting"); unix.listen()
tcp.bind(("127.0.0.1", 4567)); tcp.listen()
open("/tmp/meeting", "w").close()
time.sleep(1.5)`,
		"python",
	);
	await Bun.sleep(500);
	const second = await run(
		attack,
		`import os, socket
result = os.listdir("/tmp")
for family, address in ((socket.AF_UNIX, "\\0meeting"), (socket.AF_INET, ("127.0.0.1", 4567))):
    try:
        socket.socket(family).connect(address)
        result.append("met")
    except OSError:
        pass`,
		"python",
	);
	t.equal((await first).status, "ok");
	t.same(second.result, []);
});
