/**
 * Servers on loopback addresses that remember who came.
 * @module
 */
import type { Certificates } from "./certificates.ts";

interface Teardown {
	teardown(action: () => unknown): unknown;
}

/** A TCP server that remembers every byte, and answers what `answer` says. */
export function serveBytes(
	t: Teardown,
	answer: (text: string) => string | null = () => null,
	{ hostname = "127.0.0.1", keepOpen = false } = {},
) {
	const seen = { connections: 0, text: "", ended: 0 };
	const heard: (() => void)[] = [];
	const tell = () => {
		for (const look of heard.splice(0)) look();
	};
	const server = Bun.listen<{ text: string }>({
		hostname,
		port: 0,
		socket: {
			open: (socket) => {
				socket.data = { text: "" };
				seen.connections++;
				tell();
			},
			data: (socket, bytes) => {
				const text = bytes.toString("latin1");
				seen.text += text;
				socket.data.text += text;
				const reply = answer(socket.data.text);
				if (reply !== null) keepOpen ? socket.write(reply) : socket.end(Buffer.from(reply, "latin1"));
				tell();
			},
			close: () => {
				seen.ended++;
				tell();
			},
			error: () => {},
		},
	});
	t.teardown(() => server.stop(true));
	/** Resolves once the server has seen so much. */
	const until = (condition: () => boolean): Promise<void> =>
		new Promise((done) => {
			const look = () => {
				if (condition()) done();
				else heard.push(look);
			};
			look();
		});
	return { port: server.port, seen, until };
}

/** An HTTPS server with these certificates. */
export function serveTls(
	t: Teardown,
	{ cert, key }: Certificates,
	fetch: (request: Request) => Response | Promise<Response>,
) {
	const server = Bun.serve({ hostname: "127.0.0.1", port: 0, tls: { cert, key }, fetch });
	t.teardown(() => server.stop(true));
	return server.port as number;
}

/** An HTTP server. */
export function serveHttp(
	t: Teardown,
	fetch: (request: Request) => Response | Promise<Response>,
	hostname = "127.0.0.1",
) {
	const server = Bun.serve({ hostname, port: 0, fetch, idleTimeout: 0 });
	t.teardown(() => server.stop(true));
	return server.port as number;
}
