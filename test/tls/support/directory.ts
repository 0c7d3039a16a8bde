/**
 * An authority that speaks ACME (RFC 8555) well enough to be asked, and lies where a test says so.
 * @module
 */
import { Pkcs10CertificateRequest } from "@peculiar/x509";
import type { Test } from "tap";
import { type Authority, makeAuthority } from "./authority.ts";

type Paths =
	| "/dir"
	| "/nonce"
	| "/account"
	| "/order"
	| "/authorization"
	| "/challenge"
	| "/finalize"
	| "/order/1"
	| "/certificate";
type Reply = () => Response | Promise<Response>;
/** Takes the place of the honest answer, which it is given. */
export type Lies = Partial<
	Record<Paths, (honest: Reply, payload: Record<string, unknown>) => Response | Promise<Response>>
>;

const TOKEN = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA";

export interface Directory {
	url: string;
	/** The root of its HTTPS. */
	ca: string;
	/** Signs what it gives out. */
	authority: Authority;
	/** `METHOD /path` of each request. */
	asked: string[];
}

/** Starts it on loopback; stopped when the test ends. It checks no domain: it believes. */
export async function serveDirectory(t: Test, lies: Lies = {}): Promise<Directory> {
	const authority = await makeAuthority();
	const own = await authority.issue();
	const asked: string[] = [];
	const state = { authorized: false, cert: "" };
	const server = Bun.serve({
		port: 0,
		hostname: "127.0.0.1",
		tls: { cert: own.cert, key: own.key },
		fetch: async (request) => {
			const { pathname } = new URL(request.url);
			asked.push(`${request.method} ${pathname}`);
			const payload = request.method === "POST" ? payloadOf(await request.text()) : {};
			const honest = () => answer(pathname as Paths, payload);
			const response = await (lies[pathname as Paths]?.(honest, payload) ?? honest());
			response.headers.set("replay-nonce", crypto.randomUUID().replaceAll("-", ""));
			return response;
		},
	});
	t.teardown(() => server.stop(true));
	const at = (path: Paths) => `https://localhost:${server.port}${path}`;
	const order = () => ({
		status: state.cert ? "valid" : state.authorized ? "ready" : "pending",
		identifiers: [],
		authorizations: [at("/authorization")],
		finalize: at("/finalize"),
		...(state.cert ? { certificate: at("/certificate") } : {}),
	});
	const created = (body: object, location: string) =>
		Response.json(body, { status: 201, headers: { location } });

	async function answer(path: Paths, payload: Record<string, unknown>): Promise<Response> {
		switch (path) {
			case "/dir":
				return Response.json({
					newNonce: at("/nonce"),
					newAccount: at("/account"),
					newOrder: at("/order"),
					meta: {},
				});
			case "/nonce":
				return new Response(null);
			case "/account":
				return created({ status: "valid" }, at("/account"));
			case "/order":
				state.cert = "";
				return created(order(), at("/order/1"));
			case "/authorization": {
				const status = state.authorized ? "valid" : "pending";
				const challenge = { type: "http-01", url: at("/challenge"), token: TOKEN, status };
				return Response.json({ status, identifier: {}, challenges: [challenge] });
			}
			case "/challenge":
				state.authorized = true;
				return Response.json({ type: "http-01", url: at("/challenge"), token: TOKEN, status: "processing" });
			case "/finalize": {
				const request = new Pkcs10CertificateRequest(Buffer.from(String(payload.csr), "base64url"));
				state.cert = (await authority.issue({ names: ["brig.test"], publicKey: request.publicKey })).cert;
				return Response.json(order());
			}
			case "/order/1":
				return Response.json(order());
			case "/certificate":
				return new Response(state.cert, { headers: { "content-type": "application/pem-certificate-chain" } });
			default:
				return new Response("nothing", { status: 404 });
		}
	}
	return { url: at("/dir"), ca: authority.root, authority, asked };
}

/** What a signed body says, whoever signed it. */
function payloadOf(body: string): Record<string, unknown> {
	const { payload } = JSON.parse(body) as { payload: string };
	return payload ? JSON.parse(Buffer.from(payload, "base64url").toString()) : {};
}
