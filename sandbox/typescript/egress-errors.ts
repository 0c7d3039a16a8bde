/**
 * What the proxy refuses is an error of fetch; what goes round the proxy fails with the way that there is.
 * @module
 */
import dns from "node:dns";
import net from "node:net";

const EGRESS_FIELD = "brig-egress";
const TUNNEL = /^Proxy refused to open a tunnel: \d+ /;

/** fetch's own words for a connection that went round the proxy. */
const DIRECT = /^(ConnectionRefused|FailedToOpenSocket|EAI_AGAIN|ENOTFOUND|ENETUNREACH|ECONNREFUSED)$/;

/** The proxy did not connect: the message names the host and what to do. */
export class EgressError extends Error {
	override readonly name = "EgressError";
}

type Fetch = typeof fetch;
type Input = Parameters<Fetch>[0];

/** Wraps fetch and name look-ups of this process. */
export function explainErrors(proxy: string): void {
	const advice = (host: unknown) =>
		`${String(host)} can't be reached directly: this sandbox has no network but HTTP and HTTPS through the proxy ${proxy}, to the hosts in the function's egress list; fetch uses it by itself`;
	const plain = globalThis.fetch;
	const wrapped = async (input: Input, init?: RequestInit) => {
		// Made here: what comes out of fetch has no line of the function.
		const failure = new EgressError();
		const told = (text: string) => Object.assign(failure, { message: text.trim() });
		let response: Response;
		try {
			response = await plain(input, init);
		} catch (thrown) {
			const { code, message } = thrown as { code?: string; message?: string };
			if (code === "ERR_PROXY_TUNNEL") throw told(String(message).replace(TUNNEL, ""));
			if (code && DIRECT.test(code)) throw told(advice(hostOf(input)));
			throw thrown;
		}
		if (response.headers.has(EGRESS_FIELD)) throw told(await response.text());
		return response;
	};
	globalThis.fetch = Object.assign(wrapped, { preconnect: plain.preconnect }) as Fetch;
	explainConnect(advice);
	explainLookups(advice);
}

function hostOf(input: Input): string {
	try {
		return new URL(input instanceof Request ? input.url : String(input)).host;
	} catch {
		return "the host";
	}
}

type Advice = (host: unknown) => string;

/** Sockets of node:net, and of what is built on it, and Bun.connect. */
function explainConnect(advice: Advice): void {
	const destroy = net.Socket.prototype.destroy;
	net.Socket.prototype.destroy = function (error?: Error & { syscall?: string }) {
		const reached = /^connect \w+ (\S+)$/.exec(error?.message ?? "")?.[1];
		if (error && reached) error.message += `: ${advice(reached)}`;
		return destroy.call(this, error);
	};
	const plain = Bun.connect;
	const bun = Bun as { connect: unknown };
	bun.connect = async (options: { hostname?: string; port?: number; unix?: string; fd?: number }) => {
		try {
			return await plain(options as never);
		} catch (thrown) {
			if (options.hostname && thrown instanceof Error) {
				thrown.message = advice(`${options.hostname}:${options.port}`);
			}
			throw thrown;
		}
	};
}

/** node:dns, which node:net, node:http and most packages look names up with. */
function explainLookups(advice: Advice): void {
	const { lookup, promises } = dns;
	const explain = (host: unknown, error: Error | null) => {
		if (error) error.message = `${error.message}: ${advice(host)}`;
		return error;
	};
	dns.lookup = ((host: string, ...rest: unknown[]) => {
		const done = rest.pop() as (error: Error | null, ...found: unknown[]) => void;
		const tell = (error: Error | null, ...found: unknown[]) => done(explain(host, error), ...found);
		return (lookup as (...all: unknown[]) => unknown)(host, ...rest, tell);
	}) as typeof dns.lookup;
	const asked = promises.lookup;
	promises.lookup = (async (host: string, ...rest: unknown[]) => {
		try {
			return await (asked as (...all: unknown[]) => Promise<unknown>)(host, ...rest);
		} catch (thrown) {
			throw explain(host, thrown as Error);
		}
	}) as typeof promises.lookup;
}
