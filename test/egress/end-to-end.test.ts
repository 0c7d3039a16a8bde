import t from "tap";
import { startBrig } from "../server.ts";
import { makeCertificates } from "./support/certificates.ts";
import { serveDns } from "./support/dns-server.ts";
import type { Language } from "./support/function-process.ts";
import { serveBytes, serveHttp, serveTls } from "./support/servers.ts";
import { GET } from "./support/sources.ts";

interface Row {
	egress: { function: string; host: string; port: number; allowed: boolean; reason: string }[];
}

/** A server whose functions find `*.example.com` on loopback, by the operator's settings. */
async function start(t: Parameters<typeof startBrig>[0]) {
	const dns = await serveDns(t, (name) => {
		if (name === "bad.example.com") return ["127.0.0.1", "169.254.169.254"];
		return name.endsWith(".example.com") || name === "hidden.example.net" ? ["127.0.0.1"] : null;
	});
	const brig = await startBrig(t, {
		env: { BRIG_EGRESS_PRIVATE: "*.example.com", BRIG_DNS_SERVERS: dns.address },
	});
	const ask = async (method: string, path: string, body?: object) => {
		const answer = await fetch(`${brig.url}/v1/namespaces/default${path}`, {
			method,
			headers: { authorization: `Bearer ${brig.adminKey}`, "content-type": "application/json" },
			...(body ? { body: JSON.stringify(body) } : {}),
		});
		// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every kind.
		return { http: answer.status, ...((await answer.json()) as any) };
	};
	return {
		dns,
		ask,
		register: (name: string, language: Language, egress: unknown) =>
			ask("PUT", `/functions/${name}`, {
				language,
				code: GET[language],
				egress,
				input_schema: { type: "object" },
			}),
		audit: async (id: string) => ((await ask("GET", `/executions/${id}`)) as Row).egress,
	};
}

t.test("a function reaches what it declares, and nobody else does", async (t) => {
	t.setTimeout(120_000);
	const brig = await start(t);
	const certificates = makeCertificates(["api.example.com"]);
	const trap = serveBytes(t);
	const answer = (request: Request) => {
		const to = new URL(request.url).searchParams.get("to");
		return to ? Response.redirect(to) : new Response("hello");
	};
	const [http, https] = [serveHttp(t, answer), serveTls(t, certificates, answer)];
	const egress = [
		`api.example.com:${http}`,
		`api.example.com:${https}`,
		`bad.example.com:${http}`,
		`hidden.example.net:${trap.port}`,
	];
	const good = [`http://api.example.com:${http}/`, `https://api.example.com:${https}/`];
	const bad = [
		`http://bad.example.com:${http}/`,
		`http://hidden.example.net:${trap.port}/`,
		`http://other.example.com:${trap.port}/`,
		`http://127.0.0.1:${trap.port}/`,
		`http://api.example.com:${http}/?to=http://127.0.0.1:${trap.port}/`,
		`http://api.example.com:${http}/?to=http://hidden.example.net:${trap.port}/`,
	];
	for (const language of ["python", "typescript"] as const) {
		const open = `net.open_${language}`;
		const shut = `net.shut_${language}`;
		t.match(await brig.register(open, language, egress), { http: 201 });
		t.match(await brig.register(shut, language, undefined), { http: 201 });

		const called = await brig.ask("POST", `/functions/${open}/call`, {
			urls: [...good, ...bad],
			ca: certificates.ca,
		});
		t.equal(called.status, "ok", JSON.stringify(called.error));
		t.same(called.result.slice(0, 2), ["hello", "hello"]);
		for (const text of called.result.slice(2)) t.match(text, /not allowed|is an address/);
		const lines = await brig.audit(called.id);
		// The two redirects are requests that are allowed, before those that are not.
		t.equal(lines.length, 2 + 6 + 2);
		t.ok(lines.every((line) => line.function === open));
		t.equal(lines.filter(({ allowed }) => allowed).length, 4);
		t.match(lines[2], { host: "bad.example.com", port: http, allowed: false, reason: /169\.254\.169\.254/ });

		const without = await brig.ask("POST", `/functions/${shut}/call`, { urls: good, ca: certificates.ca });
		t.equal(without.status, "ok");
		for (const text of without.result) t.notMatch(text, /hello/);
		t.same(await brig.audit(without.id), []);

		// The program calls the function; it has no way out of its own, and neither has the other function.
		const input = { urls: good, ca: certificates.ca };
		const program = {
			python: `
from functions import net
import json, os, socket, urllib.request
input = json.loads(${JSON.stringify(JSON.stringify(input))})
def told(act):
    try: return str(act())
    except OSError as error: return type(error).__name__
result = [net.${open.slice(4)}(**input), net.${shut.slice(4)}(**input),
    told(lambda: urllib.request.urlopen(input["urls"][0]).read()),
    told(lambda: urllib.request.build_opener(urllib.request.ProxyHandler({"http": "http://127.0.0.1:3128"})).open(input["urls"][0]).read()),
    told(lambda: socket.create_connection(("127.0.0.1", ${trap.port})))]
`,
			typescript: `
import { net } from "functions";
const input = ${JSON.stringify(input)};
const told = async (act: () => Promise<unknown>) => { try { return String(await act()); } catch (error) { return (error as Error).name; } };
return [await net.${open.slice(4)}(input), await net.${shut.slice(4)}(input),
	await told(async () => (await fetch(input.urls[0]!)).text()),
	await told(async () => (await fetch(input.urls[0]!, { proxy: "http://127.0.0.1:3128" })).text()),
	await told(() => Bun.connect({ hostname: "127.0.0.1", port: ${trap.port}, socket: { data() {} } }))];
`,
		}[language];
		const ran = await brig.ask("POST", "/execute", { language, code: program });
		t.equal(ran.status, "ok", JSON.stringify(ran.error));
		const [first, second, ...own] = ran.result;
		t.same(first, ["hello", "hello"]);
		for (const text of [...second, ...own]) t.notMatch(text, /hello|object/);
		const rows = await brig.audit(ran.id);
		t.ok(rows.length > 0 && rows.every((line) => line.function === open && line.allowed));
	}
	t.equal(trap.seen.connections, 0, "nobody came into the trap");
	t.notOk(
		brig.dns.asked.some((name) => name === "other.example.com"),
		"a name that is not listed is not looked up",
	);
});

t.test("a list that would open too much is refused at registration, with its path", async (t) => {
	const brig = await start(t);
	const lists: [unknown, RegExp][] = [
		[["*"], /\/egress\/0/],
		[["ok.example", "*.com"], /\/egress\/1/],
		[["127.0.0.1"], /\/egress\/0/],
		[["a.example:0"], /\/egress\/0/],
		[["bücher.example"], /\/egress\/0/],
		["a.example", /\/egress/],
	];
	for (const [egress, path] of lists) {
		const refused = await brig.register("net.main", "python", egress);
		t.match(refused, { http: 422, error: { code: "invalid_field", message: path } }, JSON.stringify(egress));
	}
});
