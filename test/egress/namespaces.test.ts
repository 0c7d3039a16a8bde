import t from "tap";
import type { Decision } from "../../src/egress/connection.ts";
import { makeCertificates } from "./support/certificates.ts";
import { type Language, noNamespaces, type Result } from "./support/function-process.ts";
import { makeNamespaces, OWN, startIn, WORLD } from "./support/namespaces.ts";
import { GET } from "./support/sources.ts";

const skip = noNamespaces();

/** Connects by socket, datagram and name, past the proxy. */
const DIRECT: Record<Language, string> = {
	python: `
import os, socket, urllib.request
def main(addresses, ca=None):
    for name in list(os.environ):
        if "proxy" in name.lower(): del os.environ[name]
    def told(act):
        try: return f"ARRIVED {act()}"
        except OSError as error: return str(error)
    def datagram(address):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            return sock.sendto(b"x", (address, 53))
    results = []
    for address in addresses:
        results.append(told(lambda: socket.create_connection((address, 80), timeout=5)))
        results.append(told(lambda: datagram(address)))
        results.append(told(lambda: urllib.request.urlopen(f"http://{address}/", timeout=5)))
    return results
`,
	typescript: `
import net from "node:net";
export default async function main({ addresses }: { addresses: string[] }) {
	for (const name of Object.keys(process.env)) if (/proxy/i.test(name)) delete process.env[name];
	const told = async (act: () => unknown) => {
		try { return \`ARRIVED \${await act()}\`; } catch (error) { return String((error as Error).message); }
	};
	const results: string[] = [];
	for (const address of addresses) {
		results.push(await told(() => new Promise((done, failed) => net.connect(80, address).on("connect", done).on("error", failed))));
		results.push(await told(() => Bun.connect({ hostname: address, port: 80, socket: { data() {} } })));
		results.push(await told(() => fetch(\`http://\${address}/\`)));
	}
	return results;
}
`,
};

t.test("between machines, with nothing relaxed", { skip }, async (t) => {
	t.setTimeout(120_000);
	const namespaces = makeNamespaces(t);
	const certificates = makeCertificates(["api.example.com", "six.example.com"]);
	const world = startIn(t, namespaces.world, "world.ts", certificates);
	t.equal(await world.next(), "ready");

	/** Runs a function behind a gateway of its own. */
	async function run(language: Language, code: string, input: object, egress: string[]) {
		const side = startIn(t, namespaces.server, "server-side.ts", { language, code, input, egress });
		const { result, audit, visits } = (await side.next()) as {
			result: Result;
			audit: Decision[];
			visits: string[];
		};
		t.same(visits, [], "nobody came to the server's own ports");
		return { results: result.value as string[], audit };
	}

	for (const language of ["python", "typescript"] as const) {
		await t.test(`listed names are reached on the usual ports (${language})`, async (t) => {
			const urls = [
				"http://api.example.com/",
				"https://api.example.com/",
				"http://six.example.com/",
				"https://six.example.com/",
			];
			const { results, audit } = await run(language, GET[language], { urls, ca: certificates.ca }, [
				"*.example.com",
			]);
			t.same(
				results,
				urls.map((url) => `hello from ${new URL(url).host}`),
			);
			t.ok(audit.length === 4 && audit.every(({ allowed }) => allowed));
		});

		await t.test(`private answers, redirects and odd spellings lead nowhere (${language})`, async (t) => {
			const table: [string, RegExp][] = [
				["http://ten.example.com/", /not allowed, for it has a private address/],
				["https://ten.example.com/", /not allowed, for it has a private address/],
				["http://mixed.example.com/", /not allowed, for it has a private address/],
				["http://meta.example.com/", /not allowed, for it has a link-local address/],
				["http://mapped.example.com/", /not allowed, for it has an IPv4 address in IPv6 form/],
				["http://loop.example.com/", /not allowed, for it has a loopback address/],
				["http://own.example.com/", /not allowed, for it has an address of the server itself/],
				["http://missing.example.com/", /no address that could be found/],
				["http://api.example.com/?to=http://10.0.0.5/", /is an address/],
				["http://api.example.com/?to=http://169.254.169.254/latest/meta-data/", /is an address/],
				["https://api.example.com/?to=http://meta.example.com/", /link-local/],
				["http://api.example.com/?to=https://secret-0123.evil.test/", /not allowed: add/],
				["http://10.0.0.5/", /is an address/],
				["https://10.0.0.5/", /is an address/],
				["http://0x0a000005/", /is an address/],
				["http://167772165/", /is an address/],
				["http://[::ffff:10.0.0.5]/", /is an address|not HTTP/],
				["http://[::1]/", /is an address|not HTTP/],
				["http://127.0.0.1/", /is an address/],
				["http://localhost/", /not allowed: add/],
			];
			const urls = table.map(([url]) => url);
			const { results, audit } = await run(language, GET[language], { urls, ca: certificates.ca }, [
				"*.example.com",
			]);
			for (const [n, [url, expected]] of table.entries()) t.match(results[n], expected, url);
			const meta = audit.find(({ host }) => host === "meta.example.com");
			t.match(meta, { allowed: false, reason: /169\.254\.169\.254/ });
		});

		await t.test(`direct connections have no way at all (${language})`, async (t) => {
			const addresses = [WORLD.web, ...WORLD.traps, WORLD.dns, OWN, "127.0.0.1"];
			const { results, audit } = await run(language, DIRECT[language], { addresses }, ["*.example.com"]);
			t.equal(results.length, 3 * addresses.length);
			// A datagram to the jail's own loopback is sent, and arrives nowhere.
			if (language === "python") results.splice(-2, 1);
			for (const text of results) t.notMatch(text, /^ARRIVED/);
			t.same(audit, []);
		});
	}

	await t.test("a name that changes its mind is judged by each answer, and dialled as judged", async (t) => {
		const urls = ["http://rebind.example.com/", "http://rebind.example.com/"];
		const { results, audit } = await run("python", GET.python, { urls }, ["rebind.example.com"]);
		t.equal(results[0], "hello from rebind.example.com");
		t.match(results[1], /not allowed, for it has a private address/);
		t.same(
			audit.map(({ allowed }) => allowed),
			[true, false],
		);
	});

	const { visits, asked } = await world.ask("report");
	t.same(visits, [], "nobody came into a trap");
	t.notOk(
		asked.some((name: string) => !name.endsWith(".example.com")),
		"no name outside the list was ever asked for",
	);
});
