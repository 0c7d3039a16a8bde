import t from "tap";
import { request, run } from "../support/attack.ts";
import { attackGroup } from "../support/group.ts";
import { settle } from "./functions.ts";

const attack = await attackGroup(t, "boundaries-caller", async (t, attack) => {
	t.match(await settle(attack), /^canary-/);
	const called = await run(attack, "from functions import vault\nresult = vault.use(text='a')", "python");
	t.equal(called.result, "ca978112", "the function itself has its secret");
});

t.test("a call that its caller abandons stands in the ledger", async (t) => {
	const { id, result } = await run(
		attack,
		`import threading, time
from functions import vault
threading.Thread(target=vault.slow, kwargs={"seconds": 20}, daemon=True).start()
time.sleep(1.5)
result = "away"`,
		"python",
	);
	t.equal(result, "away");
	const path = `/v1/namespaces/default/executions/${id}`;
	const row = JSON.parse((await request(attack, "GET", path)).text);
	t.match(row.call_tree, [{ function: "vault.slow", version: 1, status: "error", error_type: "Cancelled" }]);
});

t.test("what a caller does to its own runner is gone with it", async (t) => {
	const patched = await run(
		attack,
		"import functions\nfunctions.list = lambda: ['forged']\nresult = functions.list()",
		"python",
	);
	t.same(patched.result, ["forged"]);
	const next = await run(attack, "import functions\nresult = functions.list()", "python");
	t.ok((next.result as string[]).includes("vault.use"));
});
