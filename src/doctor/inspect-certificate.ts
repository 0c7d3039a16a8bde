/** A certificate in PEM files: in its time, with its key, for the name that clients use, and renewed. @module */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import * as v from "valibot";
import { isRefusal, notForThisUser, octal } from "./files.ts";
import { type Finding, fail, ok, reasonOf, warn } from "./finding.ts";

/** Where a certificate is, and what it is for. */
export interface CertificateFiles {
	/** PEM, the server's own first. */
	cert: string;
	key: string;
	/** The name that clients use, when one is known. */
	host: string | null;
	/** Where failures of renewing it are kept; null when nobody renews it. */
	attempts: string | null;
}

const DAY_MS = 24 * 3_600_000;
const FEW_DAYS = 14;
/** Its group may be one that was made for keys. */
const EVERYBODY = 0o007;

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/;
const KEY = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?-----END \1-----/;

/** Looks at the files of one certificate. Throws when the record of attempts is damaged. */
export function inspectCertificate(files: CertificateFiles): Finding {
	const renew = files.attempts
		? "See that port 80 of this machine can be reached from the Internet under that name, and restart the server."
		: `Renew it: replace ${files.cert} and ${files.key}, which a running server takes up.`;
	let certificate: X509Certificate;
	let fits: boolean;
	try {
		certificate = new X509Certificate(block(files.cert, CERTIFICATE, "certificate"));
		fits = certificate.checkPrivateKey(createPrivateKey(block(files.key, KEY, "private key")));
	} catch (error) {
		if (isRefusal(error)) return notForThisUser([...new Set([files.cert, files.key])].join(" or "));
		return fail(
			`it can't be used: ${reasonOf(error)}`,
			files.attempts ? renew : "Name two PEM files with tls_cert and tls_key.",
		);
	}
	if (!fits)
		return fail(`the key ${files.key} is not that of ${files.cert}`, "Name the key that it was made with.");
	const [from, to] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
	if (Date.now() > to.getTime()) return fail(`it has expired on ${day(to)}`, renew);
	if (Date.now() < from.getTime())
		return fail(`it is valid only from ${day(from)} on`, `Look at the clock; else: ${renew}`);
	const { mode } = statSync(files.key);
	if (mode & EVERYBODY)
		return warn(`its key ${files.key} is open to everybody (${octal(mode)})`, `chmod o= ${files.key}`);
	if (files.host !== null && !isFor(certificate, files.host))
		return warn(
			`it is not for ${files.host}, the name that clients use`,
			"Get one for that name, or change public_url.",
		);
	const days = Math.floor((to.getTime() - Date.now()) / DAY_MS);
	const left = `${days} days left, to ${day(to)}`;
	const failure = files.attempts && lastFailure(files.attempts);
	if (failure) return warn(`${left}; renewing it has failed: ${failure}`, renew);
	return days < FEW_DAYS ? warn(left, renew) : ok(left);
}

function isFor(certificate: X509Certificate, host: string): boolean {
	const address = host.replace(/^\[|\]$/g, "");
	return (isIP(address) ? certificate.checkIP(address) : certificate.checkHost(host)) !== undefined;
}

/** The first block of a kind in a file. */
function block(file: string, kind: RegExp, what: string): string {
	const [found] = kind.exec(readFileSync(file, "utf8")) ?? [];
	if (!found) throw new Error(`${file} holds no ${what} in PEM`);
	return found;
}

const Attempts = v.object({ failures: v.number(), reason: v.nullable(v.string()) });

/** Why the last attempt to renew failed, or null. */
function lastFailure(file: string): string | null {
	if (!existsSync(file)) return null;
	const { failures, reason } = v.parse(Attempts, JSON.parse(readFileSync(file, "utf8")));
	return failures > 0 ? (reason ?? "for no reason that was kept") : null;
}

const day = (date: Date) => date.toISOString().slice(0, 10);
