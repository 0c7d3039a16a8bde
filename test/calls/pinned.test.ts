import t from "tap";
import { startCaller } from "./support.ts";

const caller = await startCaller(t);
const version = (n: number) => `def which():\n    return ${n}\n`;
/** Calls, sleeps while the test changes something, and calls again. */
const PROGRAM = `import time
from functions import pin
result = [pin.which()]
time.sleep(2.5)
import functions
result += [pin.which(), functions.list().count("pin.which"), functions.list().count("pin.later")]
try:
    result.append(pin.later())
except FunctionError as error:
    result.append(error.type)
pin.other()`;

t.beforeEach(async () => {
	await caller.call("DELETE", "functions/pin.which");
	await caller.call("DELETE", "functions/pin.later");
	await caller.put("pin.which", version(Math.floor(Math.random() * 1e9)));
	await caller.put("pin.which", version(1));
	await caller.call("PUT", "functions/pin.other", { body: { code: "def other(): return 0\n" } });
});

/** Changes something while the program runs, after its first call. */
async function during(change: () => Promise<unknown>) {
	const running = caller.run("python", PROGRAM);
	await Bun.sleep(1_200);
	await change();
	return running;
}

t.test("an execution keeps the versions that it started with while a new one is registered", async (t) => {
	const before = (await caller.call("GET", "functions/pin.which")).json.version;
	const { result, id } = await during(async () => {
		await caller.put("pin.which", version(2));
		await caller.put("pin.later", "def later(): return 1\n");
	});
	t.same(result, [1, 1, 1, 0, "FunctionNotFound"]);
	const { call_tree } = await caller.ledger(id);
	for (const one of call_tree.filter(({ function: name }) => name === "pin.which"))
		t.equal(one.version, before, "the ledger names the version");
	t.equal(
		(await caller.run("python", "from functions import pin\npin.which()")).result,
		2,
		"the next has the new one",
	);
});

t.test("an execution keeps a function that is deleted meanwhile", async (t) => {
	const { result } = await during(() => caller.call("DELETE", "functions/pin.which"));
	t.same(result, [1, 1, 1, 0, "FunctionNotFound"]);
	t.equal(
		(await caller.run("python", "from functions import pin\npin.which()")).error?.type,
		"FunctionError",
	);
});

t.test("an execution does not feel a rollback, also in a sandbox that starts after it", async (t) => {
	const { version: now } = (await caller.call("GET", "functions/pin.which")).json;
	await caller.put("pin.which", version(5));
	const running = caller.run(
		"python",
		"import time\ntime.sleep(2)\nfrom functions import pin\nresult = pin.which()",
	);
	await Bun.sleep(1_000);
	const back = await caller.call("POST", "functions/pin.which/rollback", { body: { version: now } });
	t.equal(back.status, 201, back.text);
	t.equal((await running).result, 5);
	t.equal((await caller.run("python", "from functions import pin\npin.which()")).result, 1);
});

t.test("a secret that is changed reaches the next sandbox, and not one that runs", async (t) => {
	await caller.call("PUT", "secrets/ROTATED", { body: "the-first-value" });
	await caller.put("pin.secret", "import os\ndef secret(): return len(os.environ['ROTATED'])\n", {
		env: ["ROTATED"],
	});
	const ask = async () => (await caller.run("python", "from functions import pin\npin.secret()")).result;
	t.equal(await ask(), 15);
	await caller.call("PUT", "secrets/ROTATED", { body: "the-second-value" });
	t.equal(await ask(), 16, "rotation takes effect with the next call");
});

t.test("a call by REST names its version in the ledger", async (t) => {
	const { version: now } = (await caller.call("GET", "functions/pin.which")).json;
	const { json } = await caller.call("POST", "functions/pin.which/call", { body: {} });
	t.match(await caller.ledger(json.id), { function: "pin.which", version: now });
});
