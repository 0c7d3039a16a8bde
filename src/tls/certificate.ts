/**
 * A certificate with its chain and its key: read, and checked before anybody is served with it.
 * @module
 */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { createSecureContext } from "node:tls";
import { quoted } from "./quoted.ts";

export interface Certificate {
	/** The chain in PEM, the server's own certificate first. */
	readonly cert: string;
	/** The private key in PEM. */
	readonly key: string;
	/** The DNS names and addresses that it is for. */
	readonly names: readonly string[];
	/** The issuer's name on one line. */
	readonly issuer: string;
	readonly notBefore: Date;
	readonly notAfter: Date;
	/** Whether clients that call this host accept it; wildcards count. */
	covers(host: string): boolean;
	/** What will trouble some clients, each a sentence. */
	readonly warnings: readonly string[];
}

/** Where the two texts come from, for messages: paths, mostly. */
export interface Origin {
	cert: string;
	key: string;
}

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const MOST_CERTIFICATES = 20;

/** Reads a pair, in force or not. Throws an Error with one sentence that says what to do. */
export function readCertificate(cert: string, key: string, from: Origin): Certificate {
	const [own, ...chain] = parseChain(cert, from.cert);
	if (!own)
		throw new Error(`${from.cert} holds no certificate in PEM: it needs a line -----BEGIN CERTIFICATE-----.`);
	if (!own.checkPrivateKey(parseKey(key, from.key))) {
		throw new Error(
			`The key in ${from.key} does not belong to the first certificate in ${from.cert}. Give the key that the certificate was requested with, and put the server's own certificate first.`,
		);
	}
	const warnings = checkChain(own, chain, from.cert);
	try {
		createSecureContext({ cert, key });
	} catch (error) {
		throw new Error(`${from.cert} and ${from.key} can't be used for TLS: ${(error as Error).message}.`);
	}
	const names = namesOf(own);
	if (names.length === 0)
		warnings.push(`The certificate in ${from.cert} names no host (subjectAltName): clients will refuse it.`);
	return {
		cert,
		key,
		names,
		issuer: own.issuer.replaceAll("\n", ", "),
		notBefore: new Date(own.validFrom),
		notAfter: new Date(own.validTo),
		covers: (host) => covers(own, host),
		warnings,
	};
}

/** Throws an Error with one sentence when a certificate is not in force at this time (milliseconds). */
export function checkInForce({ notBefore, notAfter }: Certificate, from: Origin, now = Date.now()): void {
	if (now > notAfter.getTime()) {
		throw new Error(
			`The certificate in ${from.cert} has expired: it ended on ${notAfter.toISOString()}. Renew it, and put the new one there.`,
		);
	}
	if (now < notBefore.getTime()) {
		throw new Error(
			`The certificate in ${from.cert} is not valid before ${notBefore.toISOString()}, and it is ${new Date(now).toISOString()} here: check this machine's clock.`,
		);
	}
}

/** What begins with a dot would stand for every name that ends so; other oddities are thrown at. */
const HOST = /^[a-z0-9_]([a-z0-9._-]{0,250}[a-z0-9_])?$/i;

function covers(certificate: X509Certificate, host: string): boolean {
	if (isIP(host)) return certificate.checkIP(host) !== undefined;
	return HOST.test(host) && certificate.checkHost(host) !== undefined;
}

function parseChain(text: string, from: string): X509Certificate[] {
	const blocks = text.match(BLOCK) ?? [];
	if (blocks.length > MOST_CERTIFICATES)
		throw new Error(
			`${from} holds ${blocks.length} certificates: a chain has a few, of at most ${MOST_CERTIFICATES}.`,
		);
	return blocks.map((block, index) => {
		try {
			return new X509Certificate(block);
		} catch {
			throw new Error(
				`Certificate ${index + 1} in ${from} can't be read: it is damaged or not a certificate.`,
			);
		}
	});
}

function parseKey(text: string, from: string): KeyObject {
	try {
		return createPrivateKey(text);
	} catch (error) {
		if ((error as { code?: string }).code === "ERR_MISSING_PASSPHRASE")
			throw new Error(
				`The key in ${from} is encrypted, and brig asks for no passphrase: give it a key without one.`,
			);
		throw new Error(`${from} holds no private key in PEM: it needs a line -----BEGIN PRIVATE KEY-----.`);
	}
}

/** The warnings. Throws when a certificate is not followed by its issuer's. */
function checkChain(own: X509Certificate, chain: X509Certificate[], from: string): string[] {
	let below = own;
	for (const [index, issuer] of chain.entries()) {
		if (!below.checkIssued(issuer)) {
			throw new Error(
				`Certificate ${index + 2} in ${from} did not issue the one before it: put the server's own certificate first, then each issuer's.`,
			);
		}
		below = issuer;
	}
	if (chain.length > 0 || own.checkIssued(own)) return [];
	const missing = `${from} holds the server's certificate without its issuer's (${quoted(own.issuer)})`;
	// Where to fetch the issuer's certificate is written into one that others are meant to complete.
	if (own.infoAccess?.includes("CA Issuers")) {
		throw new Error(
			`${missing}: many clients would refuse it. Append the chain that the authority gave with it; certbot's file is fullchain.pem.`,
		);
	}
	return [`${missing}: only clients that trust that issuer itself accept it.`];
}

/** What stands in subjectAltName, as Node writes it: `DNS:a.example, IP Address:127.0.0.1`. */
function namesOf({ subjectAltName }: X509Certificate): string[] {
	return (subjectAltName ?? "")
		.split(", ")
		.flatMap((name) => /^(?:DNS|IP Address):(.+)$/.exec(name)?.[1] ?? [])
		.slice(0, 100);
}
