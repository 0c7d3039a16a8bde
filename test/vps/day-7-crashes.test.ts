import t from "tap";
import { api, execute, must, on, QUICK, reboot, SOCKET, until, up } from "./machine.ts";

const KILLS = QUICK ? 5 : 100;
/** What runs when the server is killed. */
const BUSY = JSON.stringify({ language: "python", code: "import time; time.sleep(20)" });
const jails = () => must("ps -eo uid= | awk '$1 >= 1900000000' | wc -l");

t.test(
	`killed ${KILLS} times while it works, it comes back and loses nothing that it acknowledged`,
	async (t) => {
		const acknowledged: string[] = [];
		for (let round = 0; round < KILLS; round++) {
			const name = `kept.after_${round}`;
			const code = `def after_${round}() -> int:\n    return ${round}\n`;
			// A machine that is busy may refuse it (422: not read within 2 s): then nothing was acknowledged.
			await must(
				`cat > /root/kept.py; curl -s -o /dev/null -H 'content-type: application/json' -d '${BUSY}' ${SOCKET}/v1/namespaces/default/execute & sleep 0.3; until curl -sSf -o /dev/null --data-binary @/root/kept.py -X PUT ${SOCKET}/v1/namespaces/default/functions/${name}; do sleep 1; done; kill -9 $(pgrep -f '^/usr/local/bin/brig serve')`,
				code,
			);
			acknowledged.push(name);
			await up();
		}
		const { functions } = await api<{ functions: { name: string; service: string }[] }>(
			"GET",
			"/v1/namespaces/default/functions",
		);
		const there = new Set(functions.map(({ service, name }) => `${service}.${name}`));
		for (const name of acknowledged) t.ok(there.has(name), name);
		const code = `from functions import kept\nkept.after_${KILLS - 1}()`;
		t.match(await execute("python", code), {
			result: KILLS - 1,
		});
		for (const name of acknowledged)
			await must(`curl -sSf -X DELETE ${SOCKET}/v1/namespaces/default/functions/${name}`);
	},
);

t.test(
	"the wrapper killed takes the server and every sandbox with it, and the service comes back",
	async (t) => {
		const invocation = await must("systemctl show brig --property=InvocationID");
		await must("kill -9 $(systemctl show brig --property=MainPID --value)");
		await until(`test "$(systemctl show brig --property=InvocationID)" != "${invocation}"`);
		await up();
		t.match(await execute("typescript", "1 + 1"), {
			result: 2,
		});
	},
);

t.test("after a reboot it runs by itself, with what was registered", async (t) => {
	await reboot();
	await up();
	const code = "from functions import orders\nlen(orders.get_orders(limit=3))";
	t.match(await execute("python", code), { result: 3 });
});

t.test("stopped, it leaves no process and no control group", async (t) => {
	await must("systemctl stop brig");
	t.equal(await jails(), "0");
	t.equal((await on("ls -d /sys/fs/cgroup/system.slice/brig.service")).stdout, "");
	await must("systemctl start brig");
	await up();
});
