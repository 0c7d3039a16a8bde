/**
 * ClientHello messages: real ones, taken from the clients on this machine, and ones made by hand.
 * @module
 */

/** The first bytes that a client sends to `name` when it believes to be connected to it. */
export async function captureHello(
	client: "bun" | "openssl" | "python",
	name: string | null,
): Promise<Buffer> {
	const first = Promise.withResolvers<Buffer>();
	const server = Bun.listen({
		hostname: "127.0.0.1",
		port: 0,
		socket: {
			data: (socket, bytes) => {
				first.resolve(Buffer.from(bytes));
				socket.terminate();
			},
		},
	});
	try {
		if (client === "bun") {
			const tls = { rejectUnauthorized: false, ...(name ? { serverName: name } : {}) };
			const socket = { data: () => {}, error: () => {} };
			void Bun.connect({ hostname: "127.0.0.1", port: server.port, tls, socket }).catch(() => {});
			return await first.promise;
		}
		const child = Bun.spawn(client === "openssl" ? openssl(server.port, name) : python(server.port, name), {
			stdio: ["ignore", "ignore", "ignore"],
		});
		const hello = await first.promise;
		await child.exited;
		return hello;
	} finally {
		server.stop(true);
	}
}

function openssl(port: number, name: string | null): string[] {
	const names = name ? ["-servername", name] : ["-noservername"];
	return ["openssl", "s_client", "-connect", `127.0.0.1:${port}`, ...names];
}

function python(port: number, name: string | null): string[] {
	const code = `import socket, ssl, sys
c = ssl.create_default_context()
c.check_hostname = False
try: c.wrap_socket(socket.create_connection(("127.0.0.1", ${port})), server_hostname=sys.argv[1] or None)
except OSError: pass`;
	return ["/usr/bin/python3", "-c", code, name ?? ""];
}

const u16 = (value: number) => [value >> 8, value & 255];
const sized = (bytes: number[]) => [...u16(bytes.length), ...bytes];

/** One extension. */
export const extension = (type: number, content: number[]) => [...u16(type), ...sized(content)];

/** The content of a server_name extension. */
export const nameList = (...names: string[]) =>
	sized(names.flatMap((name) => [0, ...sized([...Buffer.from(name, "latin1")])]));

/** A ClientHello message with these extensions, without records. */
export function helloMessage(...extensions: number[][]): number[] {
	const random = Array<number>(32).fill(7);
	const body = [3, 3, ...random, 0, ...sized([19, 1]), 1, 0, ...sized(extensions.flat())];
	return [1, 0, ...u16(body.length), ...body];
}

/** The message in records of so many bytes. */
export function records(message: number[], size = 16_384): Buffer {
	const out: number[] = [];
	for (let at = 0; at < message.length; at += size) {
		out.push(22, 3, 1, ...sized(message.slice(at, at + size)));
	}
	return Buffer.from(out);
}
