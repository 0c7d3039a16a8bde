/**
 * The listening address: plain HTTP, or HTTPS whose certificate can change while it serves.
 * @module
 */
import { faultText, type Log } from "../log.ts";
import type { Certificate } from "./certificate.ts";
import { steerToSecond } from "./reuse-port.ts";

export interface ListenOptions {
	host: string;
	/** 0 takes a free one. */
	port: number;
	/** Silence after which a connection is closed. */
	idleSeconds: number;
	maxRequestBodySize: number;
	fetch: (request: Request) => Response | Promise<Response>;
	log: Log;
}

export interface Listener {
	readonly port: number;
	/** Lifts the idle timeout of a request's connection. */
	keepOpen(request: Request): void;
	/** Serves new connections with this certificate; those that are open go on. Nothing for plain HTTP. */
	use(certificate: Certificate): void;
	/** Takes no new connection; resolves when all have ended, at once with `force`. */
	stop(force: boolean): Promise<void>;
}

/** Throws what Bun throws when the address can't be had. */
export function listen(options: ListenOptions, certificate: Certificate | null): Listener {
	return certificate ? new TlsListener(options, certificate) : listenPlain(options);
}

/** What both kinds have in common. */
const served = ({ host, idleSeconds, maxRequestBodySize }: ListenOptions) => ({
	hostname: host,
	idleTimeout: idleSeconds,
	maxRequestBodySize,
	development: false,
});

function listenPlain(options: ListenOptions): Listener {
	const server = Bun.serve({
		...served(options),
		port: options.port,
		// Else two servers share a port, and each gets some of the other's requests: `development: false` allows that.
		reusePort: false,
		fetch: options.fetch,
	});
	return {
		port: server.port as number,
		keepOpen: (request) => server.timeout(request, 0),
		use: () => {},
		stop: (force) => server.stop(force),
	};
}

/** A server of Bun's and whether it is on its way out. */
interface One {
	server: Bun.Server<undefined>;
	leaving: boolean;
}

/**
 * Bun can't give a server another certificate: a second server takes over the port (`reuse-port.ts`). The first one
 * goes on with the connections that it has, asks each to close with its next answer, and stops when those that stayed
 * silent would have been closed anyway.
 */
export class TlsListener implements Listener {
	readonly port: number;
	#newest: One;
	/** All that still have connections. */
	readonly #all = new Set<One>();
	/** Waits for the next takeover: there are never more than two that listen. */
	#next: Certificate | null = null;
	#takeover: NodeJS.Timeout | null = null;
	#stopped = false;

	constructor(
		private readonly options: ListenOptions,
		certificate: Certificate,
		private readonly drainMs = options.idleSeconds * 1_000 + 5_000,
	) {
		this.port = claim(options);
		this.#newest = this.#start(certificate);
		if (!steerToSecond(this.port))
			options.log("tls_takeover", {
				reason: "the kernel takes no filter: a new certificate may cost new connections of that moment",
			});
	}

	keepOpen(request: Request): void {
		for (const { server } of this.#all) server.timeout(request, 0);
	}

	use(certificate: Certificate): void {
		if (this.#stopped) return;
		if (this.#takeover) {
			this.#next = certificate;
			return;
		}
		const old = this.#newest;
		try {
			this.#newest = this.#start(certificate);
			old.leaving = true;
		} catch (error) {
			this.options.log("tls_takeover_failed", { reason: faultText(error) });
			this.#next = certificate;
		}
		this.#takeover = setTimeout(() => {
			this.#takeover = null;
			if (old.leaving) void old.server.stop(false).then(() => this.#all.delete(old));
			const next = this.#next;
			this.#next = null;
			if (next) this.use(next);
		}, this.drainMs);
	}

	async stop(force: boolean): Promise<void> {
		this.#stopped = true;
		if (this.#takeover) clearTimeout(this.#takeover);
		await Promise.all([...this.#all].map(({ server }) => server.stop(force)));
	}

	#start({ cert, key }: Certificate): One {
		const { fetch } = this.options;
		const one: One = {
			leaving: false,
			server: Bun.serve({
				...served(this.options),
				port: this.port,
				reusePort: true,
				tls: { cert, key },
				fetch: async (request) => {
					const response = await fetch(request);
					if (one.leaving) response.headers.set("connection", "close");
					return response;
				},
			}),
		};
		this.#all.add(one);
		return one;
	}
}

/** A port that nobody else listens on: sharing it must be said by both sides, so that a first look finds them all. */
function claim(options: ListenOptions): number {
	const look = Bun.serve({
		...served(options),
		port: options.port,
		reusePort: false,
		fetch: () => new Response(null, { status: 503 }),
	});
	const port = look.port as number;
	void look.stop(true);
	return port;
}
