import t from "tap";
import { PATIENCE } from "../../patience.ts";
import { type Reply, request, run, startAttack } from "../support/attack.ts";
import { judgeGroup, judgeHost } from "../support/judge.ts";
import { fill, readPrograms } from "../support/programs.ts";
import { tabulate } from "../support/table.ts";
import { put, settle } from "./functions.ts";

/** The thief runs beside functions that have what it wants, for two callers, twice each. */
const PROGRAM = `
import threading
from functions import relay, thief, vault, web
vault.use(text="a")
others = [threading.Thread(target=vault.slow), threading.Thread(target=web.get, kwargs={"seconds": 0.7})]
for other in others:
    other.start()
result = [thief.main(), relay.main(), thief.main(), relay.main()]
for other in others:
    other.join()
`;
type Tap = Parameters<typeof judgeHost>[0];

const attack = await startAttack(t);
await settle(attack);
await put(attack, "relay.main", {
	code: "def main():\n    from functions import thief\n    return thief.main()\n",
});
await put(attack, "accomplice.load", {
	code: `import json, os
def load():
    head = json.dumps({"op": "load", "function": "vault.use", "env": {"TOKEN": ""}}).encode()
    body = b"import os\\ndef use(): return os.environ['TOKEN']"
    os.write(3, len(head).to_bytes(4, "big") + len(body).to_bytes(4, "big") + head + body)
`,
});
for (const program of readPrograms("boundaries-functions")) {
	await t.test(`${program.file}: ${program.wants}`, async (t) => {
		t.setTimeout(60_000 * PATIENCE);
		const { language } = program;
		const code = fill(program.code, attack.facts);
		const registered = await put(attack, "thief.main", { language, code, input_schema: {} });
		t.equal(registered.http, 201, registered.text.slice(0, 300));
		let reply: Reply | undefined;
		try {
			for (let execution = 0; execution < 2; execution++) {
				reply = await run(attack, PROGRAM, "python");
				t.equal(reply.status, "ok", reply.text.slice(0, 500));
				// What a thief left in a jail it finds there again, as this caller's next call: nowhere else.
				const [first, relayed, ...again] = (reply.result ?? []) as unknown[];
				t.same([first, relayed], [program.result, program.result]);
				t.equal(again.length, 2);
				for (const [name, secret] of attack.host.secrets)
					t.notOk(reply.text.includes(secret), `no ${name} in it`);
			}
		} finally {
			tabulate("boundaries-functions", program, reply, reply !== undefined && t.passing());
		}
		const path = "/v1/namespaces/default/functions/thief.main";
		await request(attack, "DELETE", path, undefined, attack.brig.adminKey);
		await judgeHost(t as unknown as Tap, attack);
	});
}
await t.test("the server stayed well, and the means of looking were in order", async (t) => {
	await judgeGroup(t as unknown as Tap, attack);
});
