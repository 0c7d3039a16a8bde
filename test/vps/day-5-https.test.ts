import { readFileSync } from "node:fs";
import t from "tap";
import { serveDns } from "../egress/support/dns-server.ts";
import { execute as executeByMcp } from "../mcp/support.ts";
import { makeAuthority } from "../tls/support/authority.ts";
import { DOMAIN, mcpClient, shown } from "../tls/support/domain.ts";
import { pebbleMissing, startPebble } from "../tls/support/pebble.ts";
import { execute, HOST, HTTP_PORT, HTTPS_PORT, must, on, QUICK, RUN_KEY_FILE } from "./machine.ts";

const LIFE_SECONDS = 240;
const skip = pebbleMissing() ?? false;
const brig = async () => ({
	url: `https://127.0.0.1:${HTTPS_PORT}`,
	runKey: await must(`cat ${RUN_KEY_FILE}`),
});

/** The certificate that is shown once it is another than `before`. */
async function another(ca: string, before: string): Promise<string> {
	const end = performance.now() + 20 * 60_000;
	for (;;) {
		const { serial } = await shown({ url: `https://127.0.0.1:${HTTPS_PORT}` }, ca);
		if (serial !== before) return serial;
		if (performance.now() > end) throw new Error("the certificate stays the same");
		await Bun.sleep(1_000);
	}
}

t.test(
	"by one command a certificate is obtained, served to an MCP client outside, and renewed",
	{ skip },
	async (t) => {
		const dns = await serveDns(t, (name) => (name === DOMAIN ? ["127.0.0.1"] : null));
		const pebble = await startPebble(t, {
			httpPort: HTTP_PORT,
			dns: dns.address,
			names: [HOST],
			validitySeconds: LIFE_SECONDS,
		});
		await must(
			"cat > /etc/brig/authority.pem; chmod 644 /etc/brig/authority.pem",
			readFileSync(pebble.caFile, "utf8"),
		);
		const said = await must(
			`brig install --acme ${DOMAIN} --acme-directory https://${HOST}:${pebble.port}/dir --acme-ca /etc/brig/authority.pem`,
		);
		t.match(said, `runs at https://${DOMAIN}\n`);
		t.equal(await must("cat /proc/sys/net/ipv4/ip_unprivileged_port_start"), "80");
		t.match(await must("cat /etc/sysctl.d/60-brig.conf"), "ip_unprivileged_port_start = 80");

		const ca = await pebble.issuingRoot();
		const client = await mcpClient(t, await brig(), ca);
		const code =
			'import { orders } from "functions";\nreturn (await orders.get_orders({ limit: 4 })).length;';
		t.match(await executeByMcp(client, code), { isError: false, structured: { result: 4 } });
		const { serial } = await shown(await brig(), ca);
		const renewed = await another(ca, serial);
		t.not(renewed, serial);
		t.match(
			await executeByMcp(client, code),
			{ isError: false, structured: { result: 4 } },
			"the same client goes on",
		);
		t.match(await must("brig doctor --json certificate || true"), "days left");

		const elsewhere = await on(
			`brig install --acme nowhere.test --acme-directory https://${HOST}:${pebble.port}/dir --acme-ca /etc/brig/authority.pem`,
		);
		t.equal(elsewhere.code, 1, "the authority refuses a name that leads nowhere");
		t.match(elsewhere.stderr, /nowhere\.test.*The version before runs again/s);
	},
);

t.test(
	"files of one's own take its place, are taken up when they change, and faults are refused",
	async (t) => {
		const authority = await makeAuthority();
		const put = async (names: string[]) => {
			const { cert, key } = await authority.issue({ names, until: 40 * 86_400_000 });
			await must("umask 077; cat > /etc/brig/key.pem", key);
			await must("cat > /etc/brig/cert.pem; chmod 644 /etc/brig/cert.pem", cert);
		};
		await put([DOMAIN]);
		const install = "brig install --tls-cert /etc/brig/cert.pem --tls-key /etc/brig/key.pem";
		t.match(await must(install), `runs at https://${DOMAIN}\n`);
		const { serial } = await shown(await brig(), authority.root);
		const client = await mcpClient(t, await brig(), authority.root);
		t.match(await executeByMcp(client, "return 1"), { isError: false });
		await put([DOMAIN, "other.test"]);
		await another(authority.root, serial);
		t.match(await executeByMcp(client, "return 2"), { isError: false });

		await must("install -m 600 -o root /etc/brig/key.pem /root/key.pem");
		const hidden = await on("brig install --tls-cert /etc/brig/cert.pem --tls-key /root/key.pem");
		t.equal(hidden.code, 1);
		t.match(hidden.stderr, "install -D -m 600 /root/key.pem /etc/brig/key.pem");
		const strange = await authority.issue({ names: [DOMAIN] });
		await must("umask 077; cat > /etc/brig/strange.pem", strange.key);
		const unfit = await on("brig install --tls-cert /etc/brig/cert.pem --tls-key /etc/brig/strange.pem");
		t.equal(unfit.code, 1);
		t.match(unfit.stderr, /key/);
		t.match(unfit.stderr, "The version before runs again");
		t.match(await executeByMcp(await mcpClient(t, await brig(), authority.root), "return 3"), {
			isError: false,
		});
		t.match(await execute("python", "2 + 2"), { result: 4 });
	},
);

t.test(
	"an authority that refuses, is not there or is silent leaves the certificate before in service",
	async (t) => {
		const authority = await makeAuthority();
		const before = await must("cat /etc/brig/brig.toml; sha256sum /etc/brig/cert.pem");
		const refused = async (directory: string, wanted: string) => {
			const { code, stderr } = await on(`brig install --acme ${DOMAIN} --acme-directory ${directory}`);
			t.equal(code, 1);
			t.match(stderr, wanted);
			t.match(stderr, "The version before runs again");
			t.equal(await must("cat /etc/brig/brig.toml; sha256sum /etc/brig/cert.pem"), before);
			t.match(await execute("python", "2 + 2"), { result: 4 });
		};
		const { cert, key } = await authority.issue({ names: [HOST] });
		const stranger = Bun.serve({
			port: 0,
			tls: { cert, key },
			fetch: () => new Response("no", { status: 403 }),
		});
		t.teardown(() => stranger.stop(true));
		await refused(`https://${HOST}:${stranger.port}/dir`, "not trusted here");
		if (QUICK) return;
		const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => {} } });
		t.teardown(() => silent.stop(true));
		await refused(`https://${HOST}:${silent.port}/dir`, "did not answer within 20 s");
		const taken = silent.port;
		silent.stop(true);
		await refused(`https://${HOST}:${taken}/dir`, "can't be reached");
	},
);

t.test(
	"a certificate that has expired is refused with its end, and the one before is served on",
	async (t) => {
		const authority = await makeAuthority();
		const { cert, key } = await authority.issue({
			names: [DOMAIN],
			from: -9 * 86_400_000,
			until: -86_400_000,
		});
		await must("umask 077; cat > /etc/brig/old-key.pem", key);
		await must("cat > /etc/brig/old.pem; chmod 644 /etc/brig/old.pem", cert);
		const { code, stderr } = await on(
			"brig install --tls-cert /etc/brig/old.pem --tls-key /etc/brig/old-key.pem",
		);
		t.equal(code, 1);
		t.match(stderr, "has expired: it ended on");
		t.match(await execute("python", "2 + 2"), { result: 4 });
	},
);

if (!QUICK)
	t.test("a port that needs no privilege sets back what was lowered for one that does", async (t) => {
		const start = "cat /proc/sys/net/ipv4/ip_unprivileged_port_start";
		await must("brig install --listen 0.0.0.0:8443");
		t.equal(await must(start), "1024");
		t.not((await on("ls /etc/sysctl.d/60-brig.conf")).code, 0);
		await must("brig install --listen 0.0.0.0:443");
		t.equal(await must(start), "443");
	});
