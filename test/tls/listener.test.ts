import { connect, type TLSSocket } from "node:tls";
import t, { type Test } from "tap";
import { type Certificate, readCertificate } from "../../src/tls/certificate.ts";
import { listen, TlsListener } from "../../src/tls/listener.ts";
import { PATIENCE } from "../patience.ts";
import { makeAuthority } from "./support/authority.ts";

const authority = await makeAuthority();
const ca = authority.root;
const TAKEOVERS = 12;

async function newCertificate(): Promise<Certificate> {
	const { cert, key } = await authority.issue();
	return readCertificate(cert, key, { cert: "cert", key: "key" });
}

const slow = async (request: Request): Promise<Response> => {
	const wait = Number(new URL(request.url).searchParams.get("wait") ?? 0);
	if (wait > 0) await Bun.sleep(wait);
	return new Response(`answer to ${new URL(request.url).pathname}`);
};

/** A listener on a free port of loopback, stopped when the test ends. */
async function start(t: Test, drainMs: number) {
	const lines: string[] = [];
	const log = (event: string) => void lines.push(event);
	const options = {
		host: "127.0.0.1",
		port: 0,
		idleSeconds: 30,
		maxRequestBodySize: 1_000,
		fetch: slow,
		log,
	};
	const certificate = await newCertificate();
	const listener = new TlsListener(options, certificate, drainMs);
	t.teardown(() => listener.stop(true));
	return { listener, options, certificate, lines };
}

interface Shown {
	text: string;
	/** The serial number of the certificate that was shown. */
	serial: string;
}

/** One request on a connection of its own. Rejects for whatever goes wrong. */
function ask(port: number, path = "/"): Promise<Shown> {
	return new Promise((done, failed) => {
		let text = "";
		const socket = connect({ port, host: "127.0.0.1", ca }, () => socket.write(message(path)));
		socket.setEncoding("utf8");
		socket.on("data", (piece) => {
			text += piece;
			if (!text.includes("answer to")) return;
			done({ text, serial: serialOf(socket) });
			socket.destroy();
		});
		socket.on("error", failed);
		socket.on("close", () => failed(new Error(`cut after ${JSON.stringify(text)}`)));
	});
}

const message = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
const serialOf = (socket: TLSSocket) => socket.getPeerCertificate().serialNumber;

/** A connection that stays: each request's answer, and whether the server has closed it. */
async function keepAlive(port: number) {
	const socket = connect({ port, host: "127.0.0.1", ca });
	let text = "";
	let heard = () => {};
	const state = { closed: false };
	socket.setEncoding("utf8");
	socket.on("data", (piece) => {
		text += piece;
		heard();
	});
	socket.on("close", () => {
		state.closed = true;
		heard();
	});
	socket.on("error", () => {});
	await new Promise((done) => socket.once("secureConnect", done));
	const until = (condition: () => boolean) =>
		new Promise<void>((done) => {
			heard = () => condition() && done();
			heard();
		});
	return {
		serial: serialOf(socket),
		state,
		request: async (path: string) => {
			text = "";
			socket.write(message(path));
			await until(() => text.includes(`answer to ${path.split("?")[0]}`) || state.closed);
			return text;
		},
		closed: () => until(() => state.closed),
		end: () => socket.destroy(),
	};
}

t.test("no request is lost while certificates change under load", async (t) => {
	const { listener, lines } = await start(t, 200);
	const serials = new Set<string>();
	const faults: unknown[] = [];
	let asked = 0;
	let done = false;
	const clients = Array.from({ length: 8 }, async () => {
		while (!done) {
			asked++;
			await ask(listener.port).then(
				({ serial }) => serials.add(serial),
				(error) => faults.push(error),
			);
		}
	});
	const long = ask(listener.port, "/long?wait=1500");
	for (let round = 0; round < TAKEOVERS; round++) {
		listener.use(await newCertificate());
		await Bun.sleep(250);
	}
	done = true;
	await Promise.all(clients);
	t.same(faults, []);
	t.match((await long).text, /answer to \/long/);
	t.ok(asked > 50, `${asked} requests`);
	t.ok(serials.size > TAKEOVERS / 2, `${serials.size} certificates were seen`);
	t.same(lines, []);
});

t.test("from the takeover on, every new connection has the new certificate", async (t) => {
	const { listener } = await start(t, 60_000);
	const before = (await ask(listener.port)).serial;
	listener.use(await newCertificate());
	const after = new Set<string>();
	for (let count = 0; count < 50; count++) after.add((await ask(listener.port)).serial);
	t.equal(after.size, 1);
	t.notOk(after.has(before), "the one before is not shown again, though it still listens");
});

t.test(
	"open connections go on: the next answer asks them to come again, silent ones end later",
	async (t) => {
		const { listener } = await start(t, 2_000);
		const [busy, silent, running] = await Promise.all([1, 2, 3].map(() => keepAlive(listener.port)));
		if (!busy || !silent || !running) throw new Error("no connections");
		t.match(await busy.request("/one"), /200 OK/);
		t.match(await silent.request("/one"), /200 OK/);
		const late = running.request("/late?wait=3500");
		await Bun.sleep(50);
		listener.use(await newCertificate());
		await Bun.sleep(100);
		t.notOk(busy.state.closed || silent.state.closed, "nobody is cut off");
		const answer = await busy.request("/two");
		t.match(answer, /200 OK.*connection: close/is);
		await busy.closed();
		await silent.closed();
		t.match(await late, /200 OK/, "an answer that takes longer than the takeover arrives");
		t.match((await ask(listener.port)).text, /200 OK/);
	},
);

t.test("a certificate that comes during a takeover follows it, the latest one alone", async (t) => {
	const { listener } = await start(t, 1_500);
	const [first, skipped, last] = [await newCertificate(), await newCertificate(), await newCertificate()];
	listener.use(first);
	listener.use(skipped);
	listener.use(last);
	const seen: string[] = [];
	const isLast = async () => {
		const { serial } = await ask(listener.port);
		if (seen.at(-1) !== serial) seen.push(serial);
		return seen.length > 1;
	};
	for (const end = Date.now() + 10_000 * PATIENCE; Date.now() < end; await Bun.sleep(20))
		if (await isLast()) break;
	t.equal(seen.length, 2);
});

t.test("a takeover that fails is told and tried again, and the one before serves on", async (t) => {
	const { listener, lines } = await start(t, 50);
	const before = (await ask(listener.port)).serial;
	const [one, other] = [await newCertificate(), await newCertificate()];
	listener.use({ ...one, key: other.key });
	for (const end = Date.now() + 10_000 * PATIENCE; Date.now() < end && lines.length < 3; )
		await Bun.sleep(10);
	t.ok(lines.length >= 3 && lines.every((line) => line === "tls_takeover_failed"), lines.join(" "));
	t.equal((await ask(listener.port)).serial, before);
	listener.use(one);
	const changed = async () => (await ask(listener.port)).serial !== before;
	for (const end = Date.now() + 10_000 * PATIENCE; Date.now() < end; ) if (await changed()) break;
	t.ok(await changed());
});

t.test("a port that is taken is refused, by a listener of the same user too", async (t) => {
	const { listener, options, certificate } = await start(t, 1_000);
	const again = { ...options, port: listener.port };
	t.throws(() => listen(again, certificate), { code: "EADDRINUSE" });
	t.throws(() => listen(again, null), { code: "EADDRINUSE" });
	t.match((await ask(listener.port)).text, /200 OK/);
});

t.test("it stops in the middle of a takeover, at once or when answers have gone out", async (t) => {
	const { listener } = await start(t, 60_000);
	const connection = await keepAlive(listener.port);
	const late = connection.request("/late?wait=400");
	await Bun.sleep(50);
	listener.use(await newCertificate());
	await listener.stop(false);
	t.match(await late, /200 OK/);
	await t.rejects(ask(listener.port), { code: "ECONNREFUSED" });
	listener.use(await newCertificate());
	await t.rejects(
		ask(listener.port),
		{ code: "ECONNREFUSED" },
		"a certificate that comes late starts nothing",
	);
});
