import t from "tap";
import { ADMIN_KEY_FILE, api, download, execute, must, on, RUN_KEY_FILE, up } from "./machine.ts";

const ORDERS = `def get_orders(status: str = "open", limit: int = 50) -> list[dict]:
    """List customer orders, newest first."""
    return [{"id": n, "total": n * 30, "status": status} for n in range(limit)]
`;

interface Installed {
	version: string;
	url: string;
	keys: { admin: string; run: string };
}

t.before(() => download("brig", "/root/brig"));

t.test("killed half-way and run again, it finishes", async (t) => {
	await on(
		"/root/brig install & pid=$!; until [ -e /etc/systemd/system/brig.service ]; do sleep 0.1; done; kill -KILL $pid; wait $pid",
	);
	const said = await must("/root/brig install --json");
	const { url, keys } = JSON.parse(said) as Installed;
	t.match(keys.admin, /^brig_/);
	t.equal(url, "http://127.0.0.1:8484");
	await must(`umask 077; cat > ${ADMIN_KEY_FILE}`, keys.admin);
	await must(`umask 077; cat > ${RUN_KEY_FILE}`, keys.run);
	await must("cat > /root/url", url);
});

t.test("the service is enabled, active, and no journal holds a key", async (t) => {
	t.equal(await must("systemctl is-enabled brig"), "enabled");
	t.equal(await must("systemctl is-active brig"), "active");
	t.notMatch(await must("journalctl --no-pager"), /brig_[0-9A-Za-z]{20}/);
});

t.test("systemd rates its exposure 3.5 at the most", async (t) => {
	const exposure = /exposure level for brig.service: ([\d.]+)/.exec(
		await must("systemd-analyze security --no-pager brig"),
	);
	t.ok(Number(exposure?.[1]) <= 3.5, exposure?.[0] ?? "systemd rates it not");
});

t.test("a function is registered with the printed line and called from both languages", async (t) => {
	await must("cat > /root/get_orders.py", ORDERS);
	const registered = JSON.parse(
		await must(
			`curl -sS --data-binary @/root/get_orders.py -X PUT -H "Authorization: Bearer $(cat ${ADMIN_KEY_FILE})" $(cat /root/url)/v1/namespaces/default/functions/orders.get_orders`,
		),
	);
	t.equal(registered.version, 1);
	const python = "from functions import orders\nlen(orders.get_orders(limit=7))";
	const typescript =
		'import { orders } from "functions";\nreturn (await orders.get_orders({ limit: 7 })).length;';
	for (const [language, code] of Object.entries({ python, typescript })) {
		const answer = await api("POST", "/v1/namespaces/default/execute", { language, code });
		t.match(answer, { status: "ok", result: 7 }, language);
	}
});

t.test("usage is measured by the control group", async (t) => {
	const code = "data = bytearray(100_000_000)\nlen(data)";
	const answer = await execute("python", code);
	t.ok(
		answer.usage.peak_memory_mb > 95 && answer.usage.peak_memory_mb < 200,
		String(answer.usage.peak_memory_mb),
	);
	t.ok(answer.usage.cpu_ms > 0);
});

t.test("a memory bomb ends as out_of_memory, and the service goes on", async (t) => {
	const code = "rows = []\nwhile True: rows.append(bytearray(10_000_000))";
	const answer = await execute("python", code);
	t.match(answer, { status: "out_of_memory" });
	t.match(await execute("python", "1 + 1"), {
		result: 2,
	});
});

t.test("run again with the same file, nothing changes and nothing restarts", async (t) => {
	const invocation = await must("systemctl show brig --property=InvocationID");
	const again = JSON.parse(await must("/root/brig install --json"));
	t.match(again, { changed: false, keys: null });
	t.equal(await must("systemctl show brig --property=InvocationID"), invocation);
});

t.test("a 5 s execution that started 1 s before `systemctl stop` still returns its result", async (t) => {
	const program = JSON.stringify({ language: "python", code: "import time\ntime.sleep(5)\n'whole'" });
	const answer = await must(
		`cat > /root/program.json; curl -sS -o /root/answer.json -H 'content-type: application/json' --data-binary @/root/program.json -H "Authorization: Bearer $(cat ${ADMIN_KEY_FILE})" $(cat /root/url)/v1/namespaces/default/execute & sleep 1; systemctl stop brig; wait; cat /root/answer.json; systemctl start brig`,
		program,
	);
	t.match(JSON.parse(answer), { status: "ok", result: "whole" });
	await up();
});
