import t from "tap";
import { ADMIN_KEY_FILE, execute, must, on, RUN_KEY_FILE, SOCKET } from "./machine.ts";

const SETTINGS = "/etc/brig/brig.toml";

t.test(
	"brig doctor finds nothing that fails, and tries sandboxes in the service's control groups",
	async (t) => {
		const { code, stdout, stderr } = await on("brig doctor --json");
		const { checks } = JSON.parse(stdout) as { checks: { name: string; status: string; detail: string }[] };
		t.equal(code, 0, stderr);
		for (const { name, status, detail } of checks) t.not(status, "fail", `${name}: ${detail}`);
		t.match(checks.find(({ name }) => name === "control-groups")?.detail, "delegated to the server");
		t.match(await must("brig doctor"), /^control-groups\s+ok/m);
	},
);

t.test("metrics are for the admin key, and know the memory of sandboxes", async (t) => {
	const metrics = (key: string) =>
		must(`curl -sS -w '%{http_code}' -H "Authorization: Bearer $(cat ${key})" $(cat /root/url)/metrics`);
	t.match(await metrics(RUN_KEY_FILE), /403$/);
	const text = await metrics(ADMIN_KEY_FILE);
	t.match(text, /^brig_healthy 1$/m);
	t.match(text, /^brig_executions_total\{status="ok"\} \d+$/m);
	t.ok(Number(/^brig_sandbox_memory_limit_bytes (\d+)$/m.exec(text)?.[1]) > 256 * 1024 * 1024);
});

t.test("reload takes up what it can, names the rest, and refuses settings that are wrong", async (t) => {
	await must(`cp ${SETTINGS} /root/settings`);
	t.teardown(() => must(`cp /root/settings ${SETTINGS}; systemctl reload brig`));
	await must(`sed -i 's/^#concurrency = .*/concurrency = 5/; s/^#warm = .*/warm = 1/' ${SETTINGS}`);
	await must("systemctl reload brig");
	t.match(
		await must("journalctl --no-pager -u brig -n 5"),
		/in force now: concurrency(.|\n)*in force after a restart: warm/,
	);
	t.match(await must(`curl -sS ${SOCKET}/metrics | grep brig_admission_places`), /brig_admission_places 5$/m);

	await must(`echo 'concurrency = "many"' > ${SETTINGS}`);
	t.not((await on("systemctl reload brig")).code, 0);
	const { code, stderr } = await on("brig reload --data /var/lib/brig");
	t.equal(code, 1);
	t.match(stderr, /concurrency.*is wrong/);
	t.match(await execute("python", "1 + 1"), { result: 2 }, "and goes on as before");
});

t.test("the journal tells of the service in lines that a person can read", async (t) => {
	const journal = await must("journalctl --no-pager -o cat -u brig");
	t.match(journal, /^brig: version \d+\.\d+\.\d+, data in \/var\/lib\/brig, control group /m);
	t.notMatch(journal, /[^\t\n -\u{10ffff}]/u, "no control characters");
});

t.test("a full disk is said, and recovers when there is room", async (t) => {
	const file = "/root/full.py";
	await must(`echo 'def full() -> int: return 1' > ${file}`);
	const register = () =>
		on(
			`curl -sS -o /dev/null -w '%{http_code}' --data-binary @${file} -X PUT ${SOCKET}/v1/namespaces/default/functions/kept.full`,
		);
	const fill =
		"fallocate -l $(($(df --output=avail -B1 /var/lib/brig | tail -1))) /root/fill || true; cat /dev/zero > /root/fill2 2>/dev/null || true; sync";
	await on(fill);
	const { stdout } = await register();
	await must("rm -f /root/fill /root/fill2");
	t.equal(stdout, "507");
	t.match((await register()).stdout, /^20[01]$/);
	t.match(await execute("python", "from functions import kept\nkept.full()"), { result: 1 });
});
