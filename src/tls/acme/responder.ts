/**
 * Answers an authority's check of the domain (HTTP-01, RFC 8555, 8.3), on port 80 and only while one is under way:
 * an authority asks there whatever port brig listens on.
 * @module
 */
import { splitAddress } from "../../config.ts";
import { AcmeFailure } from "./failure.ts";

const PATH = "/.well-known/acme-challenge/";
const TOKEN = /^[A-Za-z0-9_-]{16,200}$/;
/** Both families where the kernel has IPv6. */
const USUAL = ["[::]:80", "0.0.0.0:80"];

export interface Responder {
	stop(): Promise<void>;
}

/** True when a token can be part of the address that an authority asks for. */
export const isToken = (token: unknown): token is string => typeof token === "string" && TOKEN.test(token);

/**
 * Answers for this one token until it is stopped.
 * @param address HOST:PORT; null for port 80 of every address
 * @param answer the key authorization
 */
export function answerCheck(address: string | null, token: string, answer: string): Responder {
	const fetch = (request: Request) =>
		request.method === "GET" && new URL(request.url).pathname === PATH + token
			? new Response(answer, { headers: { "content-type": "application/octet-stream" } })
			: new Response("Only the certificate authority is answered here.\n", { status: 404 });
	const failures: string[] = [];
	for (const each of address ? [address] : USUAL) {
		const { host, port } = splitAddress(each, "acme_http_listen");
		try {
			const server = Bun.serve({
				hostname: host,
				port,
				idleTimeout: 10,
				maxRequestBodySize: 1_024,
				development: false,
				reusePort: false,
				fetch,
			});
			return { stop: () => server.stop(true) };
		} catch (error) {
			failures.push(`${each}: ${(error as Error).message}`);
		}
	}
	throw new AcmeFailure(
		`The authority's check comes to port 80, and listening there failed (${failures.join("; ")}). Free that port, allow it to brig (net.ipv4.ip_unprivileged_port_start), or let what is there pass ${PATH} on to an address that you set with --acme-http-listen.`,
	);
}
