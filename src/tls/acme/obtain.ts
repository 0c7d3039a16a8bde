/**
 * One certificate from one authority, step by step (RFC 8555, 7.1).
 * @module
 */
import { setTimeout as delay } from "node:timers/promises";
import acme from "acme-client";
import type { Log } from "../../log.ts";
import { type Certificate, checkInForce, readCertificate } from "../certificate.ts";
import { AcmeFailure, notAcme, problemOf, refused } from "./failure.ts";
import { newKey } from "./folder.ts";
import { answerCheck, isToken } from "./responder.ts";
import { makeTransport, type Transport } from "./transport.ts";

/** Milliseconds for one request and for all of them. */
const BOUNDS = { requestMs: 20_000, wholeMs: 180_000 };
/** An authority's clock may be so much ahead of this one: what it sends is in force a little later. */
const CLOCK_MS = 60_000;
const LOOK_MS = 1_000;
const LONGEST_LOOK_MS = 10_000;

export interface Wanted {
	domain: string;
	/** The authority's directory, an https:// address. */
	directory: string;
	/** The account's key in PEM. */
	accountKey: string;
	email: string | null;
	/** Root certificates in PEM that the directory is checked with; null for the usual ones. */
	ca: string | null;
	/** HOST:PORT for the check; null for port 80 of every address. */
	httpListen: string | null;
	log: Log;
	signal: AbortSignal;
}

type Order = Awaited<ReturnType<acme.Client["getOrder"]>>;
type Authorization = Awaited<ReturnType<acme.Client["getAuthorizations"]>>[number];

/** Asks for a certificate and checks what comes. Throws AcmeFailure, or the signal's reason. */
export async function obtain(wanted: Wanted, { requestMs, wholeMs } = BOUNDS): Promise<Certificate> {
	const { domain, directory, log } = wanted;
	const authority = new URL(directory).host;
	const signal = AbortSignal.any([wanted.signal, AbortSignal.timeout(wholeMs)]);
	const transport = makeTransport(authority, wanted.ca, signal, requestMs);
	// The library's one way out; certificates are asked for one after the other.
	acme.axios.defaults.adapter = transport.adapter as unknown as NonNullable<
		typeof acme.axios.defaults.adapter
	>;
	const client = new acme.Client({ directoryUrl: directory, accountKey: wanted.accountKey });
	const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
		transport.step = name;
		transport.problem = null;
		try {
			return await work();
		} catch (error) {
			throw explain(error, wanted, transport, signal.aborted ? wholeMs : null, authority);
		}
	};
	const terms = await step("directory", () => client.getTermsOfServiceUrl());
	log("certificate_asked", { authority, domain, terms_agreed_to: String(terms ?? "none") });
	await step("account", () => openAccount(client, wanted.email));
	const order = await step("order", () =>
		client.createOrder({ identifiers: [{ type: "dns", value: domain }] }),
	);
	await step("check of the domain", () => prove(client, order, wanted, transport, authority, signal));
	const key = newKey();
	const cert = await step("certificate request", async () => {
		const ready = await untilDone(() => client.getOrder(order), ["pending"], transport, signal);
		const [, request] = await acme.crypto.createCsr({ altNames: [domain] }, key);
		if (ready.status === "ready") await client.finalizeOrder(order, request);
		const done = await untilDone(() => client.getOrder(order), ["ready", "processing"], transport, signal);
		if (done.status !== "valid") throw refused(authority, transport.step, problemOf(0, done.error), domain);
		return client.getCertificate(done);
	});
	const certificate = checked(cert, key, domain, authority);
	await step("start of the certificate", () =>
		delay(Math.max(0, aheadMs(certificate)), undefined, { signal }),
	);
	return certificate;
}

/** How far the start of a certificate lies ahead. */
function aheadMs({ notBefore }: Certificate): number {
	return notBefore.getTime() - Date.now();
}

/** The account of the key, made if there is none. */
async function openAccount(client: acme.Client, email: string | null): Promise<void> {
	// The library updates an account that it finds, and an authority may refuse an update that updates nothing.
	if (!email && (await hasAccount(client))) return;
	const contact = email ? { contact: [`mailto:${email}`] } : {};
	await client.createAccount({ termsOfServiceAgreed: true, ...contact });
}

async function hasAccount(client: acme.Client): Promise<boolean> {
	try {
		await client.createAccount({ onlyReturnExisting: true });
		return true;
	} catch {
		// None, or no answer: to make one will say which.
		return false;
	}
}

/** Proves control of the domain. */
async function prove(
	client: acme.Client,
	order: Order,
	{ domain, httpListen }: Wanted,
	transport: Transport,
	authority: string,
	signal: AbortSignal,
): Promise<void> {
	if (order.authorizations?.length !== 1)
		throw notAcme(authority, transport.step, "other than one authorization");
	const read = async () => (await client.getAuthorizations(order))[0] as Authorization;
	const first = await read();
	if (first.status === "valid") return;
	const challenge = first.challenges.find(({ type }) => type === "http-01");
	if (!challenge || !isToken(challenge.token))
		throw notAcme(authority, transport.step, "no usable http-01 challenge");
	const responder = answerCheck(
		httpListen,
		challenge.token,
		await client.getChallengeKeyAuthorization(challenge),
	);
	try {
		await client.completeChallenge(challenge);
		const done = await untilDone(read, ["pending", "processing"], transport, signal);
		if (done.status === "valid") return;
		const failed = done.challenges.find(({ type }) => type === "http-01") as { error?: unknown } | undefined;
		throw refused(authority, transport.step, problemOf(0, failed?.error), domain);
	} finally {
		await responder.stop();
	}
}

/** Reads until the status is another one, as often as the authority likes it. */
async function untilDone<T extends { status: string }>(
	read: () => Promise<T>,
	pending: readonly string[],
	transport: Transport,
	signal: AbortSignal,
): Promise<T> {
	for (let wait = LOOK_MS; ; wait *= 2) {
		const found = await read();
		if (!pending.includes(found.status)) return found;
		await delay(Math.min(Math.max(wait, transport.retryAfterMs), LONGEST_LOOK_MS), undefined, { signal });
	}
}

/** Whatever a step threw, as a failure that can be shown; `late`: the milliseconds that were not enough for all. */
function explain(
	error: unknown,
	{ signal: outer, domain }: Wanted,
	{ problem, step }: Transport,
	late: number | null,
	authority: string,
): unknown {
	if (outer.aborted) return outer.reason;
	if (late !== null) {
		return new AcmeFailure(
			`The authority ${authority} had not done the ${step} after ${late / 1_000} s, which ended the attempt. Its status page may say more.`,
		);
	}
	if (error instanceof AcmeFailure) return error;
	if (problem) return refused(authority, step, problem, domain);
	// The library expects well-formed answers, and fails in its own ways at others.
	return notAcme(authority, step, "an answer without what this step needs");
}

/** Authorities err too: nothing is kept that clients would refuse. */
function checked(cert: unknown, key: string, domain: string, authority: string): Certificate {
	const from = { cert: `what the authority ${authority} sent`, key: "this request" };
	let certificate: Certificate;
	try {
		if (typeof cert !== "string") throw new Error(`${from.cert} is not text.`);
		certificate = readCertificate(cert, key, from);
		const ahead = aheadMs(certificate);
		if (ahead <= 0 || ahead > CLOCK_MS) checkInForce(certificate, from);
	} catch (error) {
		// What to do about a file comes after the first sentence; here it is for the authority to do.
		const [why] = (error as Error).message.split(/\.(?: |$)/);
		throw new AcmeFailure(
			`The authority ${authority} sent a certificate that can't be used: ${why}. Check --acme-directory, and this machine's clock.`,
		);
	}
	if (certificate.covers(domain)) return certificate;
	throw new AcmeFailure(
		`The authority ${authority} sent a certificate for another name than ${domain}. Check --acme-directory.`,
	);
}
