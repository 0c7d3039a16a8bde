/**
 * Everything outside, run in the namespace `world`: DNS, web servers on the usual ports, and traps where nobody may come.
 * Its argument is certificates; it writes one line when it is ready, and one more for each line that it reads.
 * @module
 */
import { serveDns } from "./dns-server.ts";
import { WORLD } from "./namespaces.ts";

const { cert, key } = JSON.parse(process.argv[2] ?? "{}");
const visits: string[] = [];
const never = { teardown: () => {} };

/** By name; `rebind` changes its mind after the first question. */
const ANSWERS: Record<string, string[]> = {
	"api.example.com": [WORLD.web],
	"six.example.com": [WORLD.web6],
	"mixed.example.com": [WORLD.web, "10.0.0.5"],
	"ten.example.com": ["10.0.0.5"],
	"meta.example.com": ["169.254.169.254"],
	"mapped.example.com": ["0:0:0:0:0:ffff:a00:5"],
	"own.example.com": ["9.9.1.1"],
	"loop.example.com": ["127.0.0.1"],
};
const dns = await serveDns(
	never,
	(name, count) => {
		if (name === "rebind.example.com") return [count === 1 ? WORLD.web : "10.0.0.5"];
		return ANSWERS[name] ?? null;
	},
	WORLD.dns,
	53,
);

function answer(request: Request): Response {
	const to = new URL(request.url).searchParams.get("to");
	return to ? Response.redirect(to) : new Response(`hello from ${request.headers.get("host")}`);
}
for (const hostname of [WORLD.web, WORLD.web6]) {
	Bun.serve({ hostname, port: 80, fetch: answer });
	Bun.serve({ hostname, port: 443, tls: { cert, key }, fetch: answer });
}
for (const hostname of [...WORLD.traps, WORLD.dns]) {
	for (const port of [80, 443]) {
		const open = () => void visits.push(`${hostname}:${port}`);
		Bun.listen({ hostname, port, socket: { open, data: () => {} } });
	}
}
console.log(JSON.stringify("ready"));
for await (const _line of console) console.log(JSON.stringify({ visits, asked: [...new Set(dns.asked)] }));
