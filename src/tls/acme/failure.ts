/**
 * Why an authority gave no certificate, as one sentence and what to do.
 * @module
 */
import { quoted } from "../quoted.ts";

/** The message is for the operator. */
export class AcmeFailure extends Error {
	/** @param retryAfterMs how long the authority asks to wait, when it says so */
	constructor(
		message: string,
		readonly retryAfterMs = 0,
	) {
		super(message);
	}
}

/** What an authority answered instead (RFC 8555, 6.7). */
export interface Problem {
	status: number;
	/** The word after `urn:ietf:params:acme:error:`; null for anything else. */
	type: string | null;
	detail: string;
	retryAfterMs: number;
}

const TYPE = /^urn:ietf:params:acme:error:([A-Za-z]{1,40})$/;

/** A problem document out of JSON that anybody may have written. */
export function problemOf(status: number, body: unknown, retryAfterMs = 0): Problem {
	const { type, detail } = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
	return {
		status,
		type: TYPE.exec(typeof type === "string" ? type : "")?.[1] ?? null,
		detail: typeof detail === "string" ? detail : "",
		retryAfterMs,
	};
}

/** What to do about each type; DOMAIN stands for the domain. */
const REMEDIES: Record<string, string> = {
	caa: "A CAA record in DNS forbids this authority to certify DOMAIN: change the record, or name another authority with --acme-directory.",
	connection:
		"The authority could not reach http://DOMAIN/ on port 80: open port 80 in every firewall before this machine, and check that DOMAIN's A and AAAA records lead to this machine.",
	dns: "DOMAIN's A or AAAA record is missing or can't be read: make it lead to this machine.",
	externalAccountRequired:
		"This authority needs an account that is made elsewhere, which brig does not support: name another with --acme-directory.",
	invalidContact: "Check --acme-email.",
	rateLimited: "The authority limits how often it is asked; brig waits as long as it says.",
	rejectedIdentifier: "The authority gives no certificate for DOMAIN: --acme takes a public name.",
	unauthorized:
		"Something else answers at http://DOMAIN/: check that DOMAIN's A and AAAA records lead to this machine alone, and that a proxy before it passes /.well-known/acme-challenge/ on.",
	unsupportedContact: "Check --acme-email.",
	unsupportedIdentifier: "The authority gives no certificate for DOMAIN: --acme takes a public name.",
};

/** The failure of a step, such as `order`, that the authority refused. */
export function refused(authority: string, step: string, problem: Problem, domain: string): AcmeFailure {
	const { status, type, detail, retryAfterMs } = problem;
	const said = detail ? `: ${quoted(detail)}` : "";
	const remedy =
		REMEDIES[type ?? ""] ?? (status >= 500 ? "It may be down: brig asks again." : "Check --acme-directory.");
	return new AcmeFailure(
		`The authority ${authority} refused the ${step} (${type ?? `status ${status}`})${said}. ${remedy.replaceAll("DOMAIN", domain)}`,
		retryAfterMs,
	);
}

/** The failure of a step that was answered with something else than the protocol has. */
export function notAcme(authority: string, step: string, what: string): AcmeFailure {
	return new AcmeFailure(
		`The authority ${authority} answered the ${step} with something that is not ACME: ${what}. Check --acme-directory.`,
	);
}
