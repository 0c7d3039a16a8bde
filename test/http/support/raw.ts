/**
 * HTTP by hand, for what no client would send.
 * @module
 */

/** Sends bytes as they are, one piece after the other, and reads until the server closes or `ms` have passed. */
export async function raw(
	url: string,
	pieces: (string | Uint8Array)[],
	{ ms = 2_000, between = 0, hangUp = false } = {},
): Promise<string> {
	const { hostname, port } = new URL(url);
	let text = "";
	let close = () => {};
	const closed = new Promise<void>((done) => {
		close = done;
	});
	const socket = await Bun.connect({
		hostname,
		port: Number(port),
		socket: {
			data: (_, chunk) => {
				text += new TextDecoder().decode(chunk);
			},
			close: () => close(),
			error: () => close(),
		},
	});
	for (const piece of pieces) {
		let rest = typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
		// A server that has answered already takes no more.
		while (rest.length > 0 && socket.readyState === 1 && text === "") {
			const written = socket.write(rest);
			rest = rest.subarray(Math.max(0, written));
			if (rest.length > 0) await Bun.sleep(1);
		}
		if (between) await Bun.sleep(between);
	}
	if (!hangUp) await Promise.race([closed, Bun.sleep(ms)]);
	socket.terminate();
	return text;
}

/** One request with this target, as it is: no client puts dots and slashes in order first. */
export function request(target: string, key: string, method = "GET", body = ""): string {
	return [
		`${method} ${target} HTTP/1.1`,
		"Host: 127.0.0.1",
		`Authorization: Bearer ${key}`,
		`Content-Length: ${Buffer.byteLength(body)}`,
		"Connection: close",
		"",
		body,
	].join("\r\n");
}

/** Status and JSON of an answer. */
export function parse(text: string): { status: number; code: string } {
	const [head = "", ...rest] = text.split("\r\n\r\n");
	const body = rest.join("\r\n\r\n");
	let code = "";
	try {
		code = JSON.parse(body.slice(body.indexOf("{"), body.lastIndexOf("}") + 1)).error?.code ?? "";
	} catch {
		// No JSON.
	}
	return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), code };
}
