import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { serveDns } from "../egress/support/dns-server.ts";
import { execute as executeByMcp } from "../mcp/support.ts";
import { DOMAIN, mcpClient } from "../tls/support/domain.ts";
import { pebbleMissing, startPebble } from "../tls/support/pebble.ts";
import { download, HOST, HTTP_PORT, HTTPS_PORT, must, traces } from "./machine.ts";

const README = readFileSync(join(import.meta.dir, "../../README.md"), "utf8");
const MOST_COMMANDS = 5;
/** Root needs no sudo here; its words stay as they are. */
const AS_ROOT = 'sudo() { "$@"; }; cd /root; export CURL_CA_BUNDLE=/root/root.pem';
const ORDERS =
	"def get_orders(limit: int = 50) -> list[dict]:\n    return [{'id': n} for n in range(limit)]\n";

/** The lines of the first block of code after a heading. */
function commands(heading: string): string[] {
	const block = /```\n([^`]+)```/.exec(README.slice(README.indexOf(`\n${heading}\n`)))?.[1] ?? "";
	return block.trim().split("\n");
}

t.test(
	"from the executable alone to a result through an MCP client over HTTPS, by README's commands",
	{ skip: pebbleMissing() ?? false },
	async (t) => {
		const dns = await serveDns(t, (name) => (name === DOMAIN ? ["127.0.0.1"] : null));
		const pebble = await startPebble(t, { httpPort: HTTP_PORT, dns: dns.address, names: [HOST] });
		await must("touch /etc/hosts");
		const before = await traces();
		await download("brig", "/root/brig");
		await must("cat > /root/get_orders.py", ORDERS);
		await must("cat > /etc/pebble.pem", readFileSync(pebble.caFile, "utf8"));
		await must(`echo 127.0.0.1 ${DOMAIN} >> /etc/hosts`);
		const root = await pebble.issuingRoot();
		await must("cat > /root/root.pem", root);

		// What a test's own authority needs; Let's Encrypt is the default.
		const authority = `--acme-directory https://${HOST}:${pebble.port}/dir --acme-ca /etc/pebble.pem`;
		const [install = "", doctor = "", ...more] = commands("## On a VPS");
		t.match(install, /^sudo .*brig install --acme brig\.example\.com$/);
		t.same(more, []);
		const said = await must(`${AS_ROOT}; ${install.replace("brig.example.com", DOMAIN)} ${authority}`);
		t.match(said, `runs at https://${DOMAIN}\n`);
		await must(`${AS_ROOT}; ${doctor}`);

		const printed = said.split("\n").map((line) => line.trim());
		const register = printed.find((line) => line.startsWith("curl ")) ?? "";
		t.match(JSON.parse(await must(`${AS_ROOT}; ${register} -sS`)), { version: 1 });
		const connect = printed.find((line) => line.startsWith("claude mcp add ")) ?? "";
		t.match(connect, `https://${DOMAIN}/mcp/run/default`);
		const runKey = /Bearer (brig_\w+)/.exec(connect)?.[1] ?? "";
		const client = await mcpClient(t, { url: `https://127.0.0.1:${HTTPS_PORT}`, runKey }, root);
		const code =
			'import { orders } from "functions";\nreturn (await orders.get_orders({ limit: 4 })).length;';
		t.match(await executeByMcp(client, code), { isError: false, structured: { result: 4 } });
		t.ok([install, doctor, register, connect].length <= MOST_COMMANDS);

		await must(`brig uninstall --purge --yes; sed -i /${DOMAIN}/d /etc/hosts; rm /etc/pebble.pem`);
		t.equal(await traces(), before, "the machine is as it was");
	},
);
