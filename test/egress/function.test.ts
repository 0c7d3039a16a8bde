import t from "tap";
import type { Decision } from "../../src/egress/connection.ts";
import { Gateway } from "../../src/egress/gateway.ts";
import { makeLookup } from "../../src/egress/resolver.ts";
import { makeCertificates } from "./support/certificates.ts";
import { serveDns } from "./support/dns-server.ts";
import { FunctionProcess, type Language, noNamespaces, runFunction } from "./support/function-process.ts";
import { serveBytes, serveHttp, serveTls } from "./support/servers.ts";
import { GET } from "./support/sources.ts";

const skip = noNamespaces();
const LANGUAGES: Language[] = ["python", "typescript"];

/** A gateway to servers on loopback, whose names a DNS server of the test knows. */
async function makeGateway(
	t: { teardown(action: () => unknown): unknown },
	egress: string[],
	answers: (name: string, count: number) => string[] | null = () => ["127.0.0.1"],
	privateHosts = ["*.example.com"],
) {
	const audit: Decision[] = [];
	const dns = await serveDns(t, answers);
	const gateway = new Gateway({
		egress,
		privateHosts,
		look: makeLookup([dns.address]),
		audit: (decision) => audit.push(decision),
	});
	return { gateway, audit, dns };
}

for (const language of LANGUAGES) {
	const client = language === "python" ? "urllib" : "fetch";

	t.test(`${client} reaches listed hosts by HTTP and HTTPS, and no other`, { skip }, async (t) => {
		const certificates = makeCertificates(["api.example.com"]);
		const answer = async (request: Request) =>
			new Response(`${request.method} ${new URL(request.url).pathname} ${(await request.text()).length}`);
		const [http, https] = [serveHttp(t, answer), serveTls(t, certificates, answer)];
		const egress = [`api.example.com:${http}`, `api.example.com:${https}`];
		const { gateway, audit, dns } = await makeGateway(t, egress);
		const { value } = await runFunction(language, GET[language], gateway, {
			ca: certificates.ca,
			urls: [
				`http://api.example.com:${http}/plain`,
				`https://api.example.com:${https}/secure`,
				"https://other.example.com/",
				"http://other.example.com/",
				"http://127.0.0.1/",
				"http://2130706433/",
				"http://localhost/",
			],
		});
		const results = value as string[];
		t.same(results.slice(0, 2), ["GET /plain 0", "GET /secure 0"]);
		t.match(
			results[2],
			/(URLError|EgressError).*other\.example\.com:443 is not allowed: add "other\.example\.com" to/,
		);
		t.match(
			results[3],
			/(HTTPError|EgressError).*other\.example\.com:80 is not allowed: add "other\.example\.com" to/,
		);
		for (const refused of results.slice(4, 6)) t.match(refused, /(HTTPError|EgressError).*is an address/);
		t.match(results[6], /(HTTPError|EgressError).*localhost:80 is not allowed/);
		t.same([...new Set(dns.asked)], ["api.example.com"], "refused names are not looked up");
		t.equal(audit.filter(({ allowed }) => allowed).length, 2);
	});

	t.test(`a megabyte each way, and forty at once, from ${client}`, { skip }, async (t) => {
		const port = serveHttp(t, async (request) => new Response(await request.text()));
		const { gateway } = await makeGateway(t, [`*.example.com:${port}`]);
		const code = {
			python: `
import urllib.request
from concurrent.futures import ThreadPoolExecutor
def main(urls, body):
    get = lambda url: len(urllib.request.urlopen(url, body.encode()).read())
    with ThreadPoolExecutor(40) as pool:
        return list(pool.map(get, urls))
`,
			typescript: `export default ({ urls, body }: { urls: string[]; body: string }) =>
	Promise.all(urls.map(async (url) => (await (await fetch(url, { method: "POST", body })).text()).length));`,
		}[language];
		const urls = Array.from({ length: 40 }, (_, n) => `http://h${n}.example.com:${port}/`);
		const { value } = await runFunction(language, code, gateway, { urls, body: "x".repeat(1_000_000) });
		t.same(value, Array(40).fill(1_000_000));
	});

	t.test(`a certificate for another name is still an error of ${client}`, { skip }, async (t) => {
		const certificates = makeCertificates(["evil.example.com"]);
		const port = serveTls(t, certificates, () => new Response("x"));
		const { gateway } = await makeGateway(t, [`api.example.com:${port}`]);
		const { value } = await runFunction(language, GET[language], gateway, {
			ca: certificates.ca,
			urls: [`https://api.example.com:${port}/`],
		});
		t.match((value as string[])[0], /certificate|ERR_TLS_CERT/i);
	});

	t.test(`rebinding and redirects lead ${client} nowhere private`, { skip }, async (t) => {
		const trap = serveBytes(t, () => "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ntrapped", {
			hostname: "127.0.0.2",
		});
		const port = serveHttp(t, (request) => {
			const to = new URL(request.url).searchParams.get("to");
			return to ? Response.redirect(to) : new Response("ok");
		});
		const { gateway, audit } = await makeGateway(
			t,
			[`api.example.com:${port}`, `other.example.net:${trap.port}`, `bad.example.net:${trap.port}`],
			(name, count) =>
				name === "bad.example.net" && count === 1
					? ["93.184.216.34", "127.0.0.2"]
					: name.endsWith(".net")
						? ["127.0.0.2"]
						: ["127.0.0.1"],
			["api.example.com"],
		);
		const from = `http://api.example.com:${port}/?to=`;
		const { value } = await runFunction(language, GET[language], gateway, {
			urls: [
				`http://api.example.com:${port}/`,
				`${from}http://127.0.0.2:${trap.port}/`,
				`${from}http://other.example.net:${trap.port}/`,
				`${from}http://169.254.169.254/latest/`,
				`http://bad.example.net:${trap.port}/`,
				`http://bad.example.net:${trap.port}/`,
			],
		});
		const results = value as string[];
		t.equal(results[0], "ok");
		t.match(results[1], /is an address/);
		t.match(results[2], /other\.example\.net is not allowed, for it has a loopback address/);
		t.match(results[3], /is an address/);
		for (const refused of results.slice(4)) t.match(refused, /bad\.example\.net is not allowed, for it has/);
		t.equal(trap.seen.connections, 0);
		t.ok(
			audit.some(({ reason }) => reason === "bad.example.net has the address 127.0.0.2, a loopback address"),
		);
	});

	t.test(
		`${language} without a way out, and past it, meets errors that name host and proxy`,
		{ skip },
		async (t) => {
			const direct = {
				python: `
import asyncio, http.client, os, socket, urllib.request
def main():
    for name in list(os.environ):
        if "proxy" in name.lower(): del os.environ[name]
    def told(act):
        try: act()
        except Exception as error: return f"{type(error).__name__}: {error}"
        return "reached"
    return [told(act) for act in (
        lambda: socket.getaddrinfo("api.example.com", 443),
        lambda: socket.gethostbyname("api.example.com"),
        lambda: socket.create_connection(("api.example.com", 443)),
        lambda: socket.create_connection(("93.184.216.34", 443)),
        lambda: http.client.HTTPSConnection("api.example.com").request("GET", "/"),
        lambda: asyncio.run(asyncio.open_connection("api.example.com", 443)),
        lambda: urllib.request.urlopen("http://api.example.com/"),
    )]
`,
				typescript: `
import dns from "node:dns";
import https from "node:https";
import net from "node:net";
export default async function main() {
	for (const name of Object.keys(process.env)) if (/proxy/i.test(name)) delete process.env[name];
	const told = async (act: () => unknown) => {
		try { await act(); } catch (error) { return \`\${(error as Error).name}: \${(error as Error).message}\`; }
		return "reached";
	};
	const event = (emitter: NodeJS.EventEmitter, name: string) =>
		new Promise((done, failed) => emitter.on(name, done).on("error", failed));
	const results: string[] = [];
	for (const act of [
		() => dns.promises.lookup("api.example.com"),
		() => new Promise((done, failed) => dns.lookup("api.example.com", (error, found) => error ? failed(error) : done(found))),
		() => event(net.connect(443, "api.example.com"), "connect"),
		() => event(net.connect(443, "93.184.216.34"), "connect"),
		() => event(https.get("https://api.example.com/"), "response"),
		() => Bun.connect({ hostname: "api.example.com", port: 443, socket: { data() {} } }),
		() => fetch("http://api.example.com/"),
	]) results.push(await told(act));
	return results;
}
`,
			}[language];
			const { gateway, audit } = await makeGateway(t, ["api.example.com"]);
			const { value } = await runFunction(language, direct, gateway);
			const results = value as string[];
			t.equal(results.length, 7);
			for (const [n, text] of results.entries()) {
				t.match(text, n === 3 ? /93\.184\.216\.34/ : /api\.example\.com/);
				t.match(text, /no network but HTTP and HTTPS through the proxy 127\.0\.0\.1:3128/);
			}
			t.same(audit, []);
			const none = await runFunction(language, direct, null);
			for (const text of none.value as string[]) t.notMatch(text, /reached$|proxy/);
		},
	);

	t.test(
		`a function that writes on descriptor 7 itself loses its way out, no more (${language})`,
		{ skip },
		async (t) => {
			const code = {
				python: `
import os, urllib.request
def main(noise):
    if noise:
        os.set_blocking(7, True)
        return os.write(7, noise.encode())
    try: return urllib.request.urlopen("http://api.example.com/", timeout=20).read().decode()
    except Exception as error: return type(error).__name__
`,
				typescript: `
import { writeSync } from "node:fs";
export default async function main({ noise }: { noise: string }) {
	if (noise) return writeSync(7, noise);
	try { return await (await fetch("http://api.example.com/")).text(); } catch (error) { return (error as Error).name; }
}
`,
			}[language];
			const { gateway, audit } = await makeGateway(t, ["api.example.com"]);
			const running = await FunctionProcess.start(language, code, gateway);
			t.teardown(() => running.end());
			t.equal((await running.call({ noise: "GET / HTTP/1.1\r\n\r\n" })).value, 18);
			t.match(
				await running.call({ noise: "" }),
				{ ok: true, value: /Error/ },
				"the function itself lives on",
			);
			t.match(audit, [{ host: "", allowed: false, reason: /everything is cut/ }]);
		},
	);

	t.test(
		`a refusal that nobody catches is the call's error, with its line (${language})`,
		{ skip },
		async (t) => {
			const code = {
				python: `import urllib.request\ndef main():\n    return urllib.request.urlopen("https://nowhere.test/").status\n`,
				typescript: `export default async function main() {\n\tconst answer = await fetch("https://nowhere.test/");\n\treturn answer.status;\n}`,
			}[language];
			const { gateway } = await makeGateway(t, []);
			const { ok, error } = await runFunction(language, code, gateway);
			t.equal(ok, false);
			t.match(error, { type: /^(URLError|EgressError)$/, hint: null });
			t.match(
				error?.message,
				/nowhere\.test:443 is not allowed: add "nowhere\.test" to the egress list of this function/,
			);
			t.equal(error?.line, language === "python" ? 3 : 2);
		},
	);
}
