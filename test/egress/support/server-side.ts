/**
 * The server's side, run in the namespace `server`: a gateway with no rule relaxed, and a function behind it in a
 * namespace of its own. Its argument is the language, the source, the input and the egress list.
 * @module
 */
import type { Decision } from "../../../src/egress/connection.ts";
import { Gateway } from "../../../src/egress/gateway.ts";
import { makeLookup } from "../../../src/egress/resolver.ts";
import { runFunction } from "./function-process.ts";
import { WORLD } from "./namespaces.ts";

const { language, code, input, egress } = JSON.parse(process.argv[2] ?? "{}");
const audit: Decision[] = [];
const gateway = new Gateway({
	egress,
	look: makeLookup([WORLD.dns]),
	audit: (decision) => audit.push(decision),
});
// What listens on the server itself must not be reached either.
const visits: string[] = [];
for (const hostname of ["127.0.0.1", "9.9.1.1"]) {
	Bun.listen({ hostname, port: 80, socket: { open: () => void visits.push(hostname), data: () => {} } });
}
const result = await runFunction(language, code, gateway, input);
console.log(JSON.stringify({ result, audit, visits }));
process.exit(0);
