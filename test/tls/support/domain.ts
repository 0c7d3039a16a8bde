/**
 * Brig and an authority that knows its domain, and clients that go there.
 * @module
 */
import { join } from "node:path";
import { connect } from "node:tls";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Test } from "tap";
import { serveDns } from "../../egress/support/dns-server.ts";
import { makeDataFolder, type TestBrig } from "../../server.ts";
import { freePort, startPebble } from "./pebble.ts";

export const DOMAIN = "brig.test";

/** An authority that finds the domain on this machine, and the flags that make brig ask it. */
export async function setUp(t: Test, validitySeconds?: number, email: string | null = "owner@brig.test") {
	const dns = await serveDns(t, (name) => (name === DOMAIN ? ["127.0.0.1"] : null));
	const httpPort = freePort();
	const pebble = await startPebble(t, {
		httpPort,
		dns: dns.address,
		...(validitySeconds ? { validitySeconds } : {}),
	});
	const data = makeDataFolder(t);
	const args = [
		...["--acme", DOMAIN, "--acme-directory", pebble.directory, "--acme-ca", pebble.caFile],
		...["--acme-http-listen", `127.0.0.1:${httpPort}`],
		...(email ? ["--acme-email", email] : []),
	];
	return { pebble, data, args, folder: join(data, "acme", `localhost:${pebble.port}`) };
}

/** The certificate that is shown for the domain; rejects when the root does not stand for it. */
export function shown(brig: Pick<TestBrig, "url">, ca: string): Promise<{ serial: string; names: string }> {
	const { port } = new URL(brig.url);
	return new Promise((done, failed) => {
		const socket = connect({ host: "127.0.0.1", port: Number(port), servername: DOMAIN, ca }, () => {
			const { serialNumber, subjectaltname } = socket.getPeerCertificate();
			done({ serial: serialNumber, names: subjectaltname ?? "" });
			socket.destroy();
		});
		socket.on("error", failed);
	});
}

/** The official client at the domain, over HTTPS with this root. */
export async function mcpClient(
	t: Test,
	brig: Pick<TestBrig, "url" | "runKey">,
	ca: string,
): Promise<Client> {
	const client = new Client({ name: "brig-test", version: "1.0.0" });
	// As a resolver would: the domain is this machine.
	const domain = (input: string | URL, init?: RequestInit) =>
		fetch(String(input).replace(`//${DOMAIN}:`, "//127.0.0.1:"), {
			...init,
			headers: { ...Object.fromEntries(new Headers(init?.headers)), host: new URL(input).host },
			tls: { ca, checkServerIdentity: () => undefined, serverName: DOMAIN },
		});
	const url = new URL(`https://${DOMAIN}:${new URL(brig.url).port}/mcp/run/default`);
	const headers = { authorization: `Bearer ${brig.runKey}` };
	await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers }, fetch: domain }));
	t.teardown(() => client.close());
	return client;
}

/** As `shown`, whatever a client would think of it. */
export function shownEvenExpired(brig: TestBrig): Promise<{ serial: string }> {
	return new Promise((done, failed) => {
		const options = { host: "127.0.0.1", port: Number(new URL(brig.url).port), rejectUnauthorized: false };
		const socket = connect(options, () => {
			done({ serial: socket.getPeerCertificate().serialNumber });
			socket.destroy();
		});
		socket.on("error", failed);
	});
}
