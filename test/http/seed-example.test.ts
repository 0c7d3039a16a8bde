import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { startBrig } from "../server.ts";
import { api } from "./support/client.ts";

t.setTimeout(60_000);
/** In every row, so that none of them can show up anywhere without being seen. */
const MARKER = "customer-7f3a9c";
const ORDERS = `def get_orders(status: str = "open", limit: int = 50) -> list[dict]:
    """List customer orders, newest first."""
    name = "-".join(["customer", "7f3a9c"])
    return [
        {"id": 1000 + i, "status": status, "customer": f"{name}-{i}", "total": 1500.0 if i % 7 == 3 else 99.5}
        for i in range(limit)
    ]
`;
const PROGRAMS = {
	python: `from functions import orders
rows = orders.get_orders(status="open", limit=50)
flagged = [r for r in rows if r["total"] > 1000]
result = f"Processed {len(rows)} orders, {len(flagged)} flagged for review"`,
	typescript: `import { orders } from "functions";
const rows = await orders.get_orders({ status: "open", limit: 50 });
const flagged = rows.filter((r) => r.total > 1000);
return \`Processed \${rows.length} orders, \${flagged.length} flagged for review\`;`,
};

t.test(
	"fifty orders are worked on where they are: one sentence comes back, and no row is anywhere else",
	async (t) => {
		const brig = await startBrig(t);
		const call = api(brig);
		const registered = await call("PUT", "functions/orders.get_orders", { body: ORDERS });
		t.equal(registered.status, 201, registered.text);
		const replies = [registered.text];
		for (const [language, code] of Object.entries(PROGRAMS)) {
			const ran = await call("POST", "execute", { key: brig.runKey, body: { language, code } });
			t.match(ran.json, {
				status: "ok",
				result: "Processed 50 orders, 7 flagged for review",
				stdout: "",
				stderr: "",
				usage: { calls: 1 },
			});
			t.ok(ran.json.usage.bytes_in_sandbox > 50 * MARKER.length, "the rows came into the sandbox");
			t.ok(ran.json.usage.tokens_kept_out > 500);
			replies.push(ran.text, (await call("GET", `executions/${ran.json.id}`)).text);
		}
		replies.push((await call("GET", "executions")).text, (await call("GET", "functions")).text);
		for (const text of replies) t.notMatch(text, MARKER, "no reply has a row");
		t.notMatch(brig.stderr(), MARKER, "no line of the log has a row");
		for (const name of readdirSync(brig.data).filter((one) => one.startsWith("brig.db"))) {
			t.notOk(readFileSync(join(brig.data, name)).includes(MARKER), `${name} has no row`);
		}
		const control = await call("POST", "functions/orders.get_orders/call", { body: { limit: 1 } });
		t.match(control.text, MARKER, "whoever asks for rows gets them");
		await brig.stop();
		for (const name of readdirSync(brig.data).filter((one) => one.startsWith("brig.db"))) {
			t.notOk(readFileSync(join(brig.data, name)).includes(MARKER), `${name} has no row after the end`);
		}
	},
);
