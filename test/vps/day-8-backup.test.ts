import t from "tap";
import { api, execute, must, on, SOCKET, up } from "./machine.ts";

const FILE = "/root/brig.backup";
const call = () =>
	execute("python", "from functions import orders, vault\n[len(orders.get_orders(limit=2)), vault.length()]");

t.before(async () => {
	await must(
		`printf secret-value-of-the-day | curl -sSf -X PUT --data-binary @- ${SOCKET}/v1/namespaces/default/secrets/DAY_TOKEN`,
	);
	await api("PUT", "/v1/namespaces/default/functions/vault.length", {
		language: "python",
		code: 'import os\n\ndef length() -> int:\n    return len(os.environ["DAY_TOKEN"])\n',
		env: ["DAY_TOKEN"],
	});
	t.match(await call(), { result: [2, 23] });
});

t.test(
	"a backup of the running service is one file, restored onto an empty install with its secrets",
	async (t) => {
		await must(`brig backup ${FILE}`);
		t.equal(await must(`stat -c %a ${FILE}`), "600");
		t.equal((await on(`grep -c secret-value-of-the-day ${FILE}`)).stdout, "0");
		await must("install -m 600 /var/lib/brig/seal.key /root/seal.key");
		await must("brig uninstall --purge --yes && /root/brig install --json > /root/again.json");
		t.match(await call(), { status: "error" }, "nothing of it is there");
		await must(
			`systemctl stop brig; brig restore ${FILE} --yes --key-file /root/seal.key; systemctl start brig`,
		);
		await up();
		t.match(await call(), { status: "ok", result: [2, 23] });
		t.equal(await must("stat -c %U /var/lib/brig/brig.db"), "brig");
	},
);

t.test("a backup that was changed on its way is refused, and everything stays", async (t) => {
	await must(
		`cp ${FILE} /root/changed; printf X | dd of=/root/changed bs=1 seek=5000 conv=notrunc 2>/dev/null; systemctl stop brig`,
	);
	const { code, stderr } = await on("brig restore /root/changed --yes");
	t.equal(code, 1, stderr);
	await must("systemctl start brig");
	await up();
	t.match(await call(), { result: [2, 23] });
});

t.test("restore does not touch the data of a running service", async (t) => {
	const { code, stderr } = await on(`brig restore ${FILE} --yes`);
	t.equal(code, 1);
	t.match(stderr, "in use by process");
	t.match(await call(), { result: [2, 23] });
});
