import t, { type Test } from "tap";
import { AcmeFailure } from "../../../src/tls/acme/failure.ts";
import { newKey } from "../../../src/tls/acme/folder.ts";
import { obtain, type Wanted } from "../../../src/tls/acme/obtain.ts";
import type { Issue } from "../support/authority.ts";
import { type Directory, type Lies, serveDirectory } from "../support/directory.ts";
import { freePort } from "../support/pebble.ts";

const BOUNDS = { requestMs: 1_500, wholeMs: 4_000 };

/** Asks an authority that lies so. */
async function ask(t: Test, lies: Lies, changed: Partial<Wanted> = {}) {
	const directory = await serveDirectory(t, lies);
	const wanted: Wanted = {
		domain: "brig.test",
		directory: directory.url,
		accountKey: newKey(),
		email: null,
		ca: directory.ca,
		httpListen: `127.0.0.1:${freePort()}`,
		log: () => {},
		signal: new AbortController().signal,
		...changed,
	};
	return { directory, result: obtain(wanted, BOUNDS) };
}

/** What it comes to, which must be a failure of the authority's. */
async function failure(
	t: Test,
	lies: Lies,
	changed: Partial<Wanted> = {},
): Promise<AcmeFailure & { directory: Directory }> {
	const { directory, result } = await ask(t, lies, changed);
	try {
		await result;
	} catch (error) {
		if (!(error instanceof AcmeFailure)) throw error;
		return Object.assign(error, { directory });
	}
	throw new Error("a certificate came");
}

/** Sends another certificate than the one asked for, for the key of the request. */
function sends(authority: Directory["authority"], issue: Issue): Lies {
	let cert = "";
	return {
		"/finalize": async (honest, payload) => {
			const { Pkcs10CertificateRequest } = await import("@peculiar/x509");
			const { publicKey } = new Pkcs10CertificateRequest(Buffer.from(String(payload.csr), "base64url"));
			cert = (await authority.issue({ ...issue, publicKey })).cert;
			return honest();
		},
		"/certificate": () => new Response(cert),
	};
}

const problem = (status: number, type: string, detail = "", headers: Record<string, string> = {}) =>
	Response.json({ type: `urn:ietf:params:acme:error:${type}`, detail }, { status, headers });

t.test("an honest authority gives a certificate for the domain, with a key of its own", async (t) => {
	const { result, directory } = await ask(t, {});
	const certificate = await result;
	t.same(certificate.names, ["brig.test"]);
	t.ok(certificate.covers("brig.test"));
	t.match(certificate.key, /^-----BEGIN PRIVATE KEY-----/);
	t.equal(directory.asked[0], "GET /dir");
	t.equal(directory.asked.at(-1), "POST /certificate");
});

t.test("one that answers with something else is told apart from one that is not there", async (t) => {
	const page = () =>
		new Response("<html>Welcome to nginx</html>", { headers: { "content-type": "text/html" } });
	const lies: [string, Lies, RegExp][] = [
		[
			"a page",
			{ "/dir": page },
			/answered the directory with something that is not ACME|answered the account/,
		],
		[
			"a redirect",
			{ "/dir": () => Response.redirect("https://localhost:1/") },
			/directory .*a redirect \(status 302\)/,
		],
		["null", { "/dir": () => Response.json(null) }, /directory|account/],
		[
			"no addresses",
			{ "/dir": () => Response.json({}) },
			/answered the account with something that is not ACME/,
		],
		[
			"plain HTTP",
			{ "/dir": () => Response.json({ newNonce: "http://localhost/", newAccount: "http://localhost/" }) },
			/an address that is not an https:\/\/ address/,
		],
		["a number", { "/dir": () => Response.json({ newNonce: 5, newAccount: 5 }) }, /not an https/],
		["no account", { "/account": page }, /answered the account .* more than 200 requests/],
		["no order", { "/order": page }, /refused the order|answered the order/],
		["an order of nothing", { "/order": () => Response.json(null, { status: 201 }) }, /answered the order/],
		[
			"a thousand authorizations",
			{
				"/order": () =>
					Response.json(
						{ status: "pending", authorizations: Array(1_000).fill("https://localhost/") },
						{ status: 201, headers: { location: "https://localhost/" } },
					),
			},
			/check of the domain .*other than one authorization/,
		],
		["no challenge", { "/authorization": () => Response.json({ status: "pending" }) }, /check of the domain/],
		[
			"a token that is a path",
			{
				"/authorization": () =>
					Response.json({
						status: "pending",
						challenges: [{ type: "http-01", url: "https://x/", token: "../../etc" }],
					}),
			},
			/no usable http-01 challenge/,
		],
		[
			"no certificate",
			{ "/certificate": page },
			/sent a certificate that can't be used.*no certificate in PEM/,
		],
	];
	for (const [name, lie, message] of lies) {
		const { message: said } = await failure(t, lie);
		t.match(said, message, name);
		t.match(
			said,
			/^The authority localhost:\d+ .*Check --acme-directory(, and this machine.s clock)?\.$/,
			name,
		);
	}
});

t.test("refusals say what the authority said, and what to do", async (t) => {
	const refusals: [Lies, RegExp][] = [
		[
			{ "/order": () => problem(400, "rejectedIdentifier", "no .test") },
			/refused the order \(rejectedIdentifier\): "no \.test"\. .*public name/,
		],
		[{ "/account": () => problem(400, "externalAccountRequired") }, /account that is made elsewhere/],
		[{ "/account": () => problem(400, "invalidContact", "bad") }, /Check --acme-email/],
		[{ "/order": () => problem(403, "caa") }, /CAA record in DNS forbids/],
		[
			{ "/finalize": () => problem(403, "badCSR", "weak") },
			/refused the certificate request \(badCSR\): "weak"/,
		],
		[
			{ "/dir": () => new Response("down", { status: 503 }) },
			/refused the directory \(status 503\)\. It may be down/,
		],
		[{ "/order": () => problem(400, "x".repeat(5_000), "y".repeat(5_000)) }, /^.{0,600}$/],
		[
			{ "/order": () => problem(400, "malformed", 'a "quote"\n\u001b[31m\u202e') },
			/"a \\"quote\\"\\n\\u001b\[31m\?"/,
		],
	];
	for (const [lie, message] of refusals) t.match((await failure(t, lie)).message, message);
	const dns = { type: "urn:ietf:params:acme:error:dns", detail: "NXDOMAIN" };
	const checked = await failure(t, {
		"/authorization": async (honest) => {
			const found = (await (await honest()).json()) as { status: string; challenges: object[] };
			if (found.status === "pending") return Response.json(found);
			return Response.json({
				...found,
				status: "invalid",
				challenges: [{ ...found.challenges[0], error: dns }],
			});
		},
	});
	t.match(
		checked.message,
		/refused the check of the domain \(dns\): "NXDOMAIN"\. brig\.test's A or AAAA record/,
	);
});

t.test("how long to wait is the authority's to say, within a week", async (t) => {
	const limited = (after: string) => ({
		"/order": () => problem(429, "rateLimited", "too many certificates", { "retry-after": after }),
	});
	t.equal((await failure(t, limited("3600"))).retryAfterMs, 3_600_000);
	const date = await failure(t, limited(new Date(Date.now() + 7_200_000).toUTCString()));
	t.ok(Math.abs(date.retryAfterMs - 7_200_000) < 60_000, `${date.retryAfterMs}`);
	t.equal((await failure(t, limited("999999999"))).retryAfterMs, 7 * 86_400_000);
	for (const nothing of ["-5", "soon", "", "1e9"])
		t.equal((await failure(t, limited(nothing))).retryAfterMs, 0, nothing);
	const asked = (await failure(t, limited("1"))).directory.asked.filter((one) => one === "POST /order");
	t.equal(asked.length, 1, "a refused request is not sent again at once");
});

t.test("a certificate that clients would refuse is not taken", async (t) => {
	const { authority } = await serveDirectory(t);
	const other = await authority.issue({ names: ["brig.test"] });
	const sent: [string, string, RegExp][] = [
		["another key's", other.cert, /can't be used: The key in this request does not belong/],
		["nothing", "", /no certificate in PEM/],
	];
	for (const [name, cert, message] of sent)
		t.match((await failure(t, { "/certificate": () => new Response(cert) })).message, message, name);
	for (const [issue, message] of [
		[{ names: ["evil.test"] }, /for another name than brig\.test/],
		[{ names: ["brig.test"], until: -1_000 }, /can't be used: .*has expired/],
		[{ names: ["brig.test"], from: 3_600_000 }, /can't be used: .*not valid before/],
	] as const) {
		t.match((await failure(t, sends(authority, { ...issue, names: [...issue.names] }))).message, message);
	}
});

t.test("one from an authority whose clock is a little ahead is waited for", async (t) => {
	const { authority } = await serveDirectory(t);
	const { result } = await ask(t, sends(authority, { names: ["brig.test"], from: 1_500 }));
	const { notBefore } = await result;
	t.ok(notBefore.getTime() <= Date.now(), "it is in force");
});

t.test("silence, endless answers and endless waiting end", async (t) => {
	const drip = () =>
		new Response(
			new ReadableStream({
				async pull(controller) {
					await Bun.sleep(100);
					controller.enqueue(new Uint8Array([32]));
				},
			}),
		);
	const flood = () => new Response("x".repeat(2_000_000));
	const ends: [string, Lies, RegExp][] = [
		["silence", { "/dir": () => new Promise<Response>(() => {}) }, /did not answer within 1\.5 s/],
		["a drip", { "/dir": drip }, /did not answer within 1\.5 s/],
		["a flood", { "/dir": flood }, /more than 1048576 bytes/],
		["a flood at the end", { "/certificate": flood }, /more than 1048576 bytes/],
		[
			"a nonce that is never good",
			{ "/order": () => problem(400, "badNonce") },
			/refused the order \(badNonce\)/,
		],
		[
			"an order that is never done",
			{
				"/finalize": (_, __) => Response.json({ status: "processing" }),
				"/order/1": () => Response.json({ status: "processing" }),
			},
			/had not done the certificate request after 4 s/,
		],
		[
			"a check that never ends",
			{ "/challenge": () => Response.json({ status: "pending" }) },
			/had not done the check of the domain after 4 s/,
		],
	];
	for (const [name, lies, message] of ends) {
		const start = performance.now();
		t.match((await failure(t, lies)).message, message, name);
		t.ok(performance.now() - start < 30_000, name);
	}
});

t.test("the check is answered at one address, for one token, while it lasts", async (t) => {
	const port = freePort();
	const seen: [number, string][] = [];
	const look = async (path: string, init?: RequestInit) => {
		const answer = await fetch(`http://127.0.0.1:${port}${path}`, init);
		seen.push([answer.status, await answer.text()]);
	};
	const lies: Lies = {
		"/challenge": async (honest) => {
			await look("/.well-known/acme-challenge/evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA");
			await look("/.well-known/acme-challenge/another");
			await look("/");
			await look("/.well-known/acme-challenge/evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA", {
				method: "POST",
			});
			return honest();
		},
	};
	const { result } = await ask(t, lies, { httpListen: `127.0.0.1:${port}` });
	await result;
	t.match(seen[0], [200, /^evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA\.[\w-]{43}$/]);
	t.same(
		seen.slice(1).map(([status]) => status),
		[404, 404, 404],
	);
	await t.rejects(look("/"), "nobody listens afterwards");
});

t.test("a taken port 80 is a sentence", async (t) => {
	const other = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("nginx") });
	t.teardown(() => other.stop(true));
	const { message } = await failure(t, {}, { httpListen: `127.0.0.1:${other.port}` });
	t.match(message, /listening there failed \(127\.0\.0\.1:\d+: .*\)\. Free that port, .*--acme-http-listen/);
});

t.test("a server that stops ends it at once", async (t) => {
	const stop = new AbortController();
	const { result } = await ask(t, { "/dir": () => new Promise<Response>(() => {}) }, { signal: stop.signal });
	setTimeout(() => stop.abort(new Error("stopping")), 50);
	await t.rejects(result, { message: "stopping" });
});
