/**
 * The certificate of a domain, obtained from an authority and renewed for as long as the server runs.
 * @module
 */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { ConfigError } from "../../config.ts";
import type { Log } from "../../log.ts";
import { type Certificate, readCertificate } from "../certificate.ts";
import { type CertificateSource, statusOf } from "../source.ts";
import { AcmeFailure } from "./failure.ts";
import { AcmeFolder } from "./folder.ts";
import { Issuing } from "./issuing.ts";
import { renewalTime } from "./timing.ts";

/** Let's Encrypt: free, and every client trusts it. */
const USUAL_DIRECTORY = "https://acme-v02.api.letsencrypt.org/directory";
/** A timer this long still notices that the clock was set. */
const LONGEST_TIMER_MS = 600_000;

export interface AcmeSettings {
	acme: string;
	acme_directory?: string | undefined;
	acme_email?: string | undefined;
	acme_ca?: string | undefined;
	acme_http_listen?: string | undefined;
}

/**
 * The certificate that is kept in the data folder, or else a new one; from then on it is renewed in time. A renewal that
 * fails is a line in the log and is tried again; the certificate that is there goes on being served.
 *
 * Throws an Error with one sentence when there is none yet and none is given; when that has just happened it waits
 * first, so that a service that is started again and again does not use up what the authority allows.
 * @param signal ends whatever is under way; its reason is thrown
 */
export async function certificateFromAuthority(
	settings: AcmeSettings,
	data: string,
	log: Log,
	signal: AbortSignal,
): Promise<CertificateSource> {
	const domain = settings.acme;
	const directory = settings.acme_directory ?? USUAL_DIRECTORY;
	const ca = settings.acme_ca === undefined ? null : readRoots(settings.acme_ca);
	const folder = new AcmeFolder(data, directory, domain);
	const closing = new AbortController();
	const ended = AbortSignal.any([signal, closing.signal]);
	const issuing = new Issuing(
		folder,
		{
			domain,
			directory,
			email: settings.acme_email ?? null,
			ca,
			httpListen: settings.acme_http_listen ?? null,
			log,
			signal: ended,
		},
		log,
	);
	let current = kept(folder, domain, log) ?? (await firstTime(issuing, folder.attemptsFile, log, ended));
	const listeners: ((certificate: Certificate) => void)[] = [];
	/** When the authority is asked next, in milliseconds since 1970. */
	const due = () => Math.max(renewalTime(current), issuing.attempts.next);

	const renew = async () => {
		while (!ended.aborted) {
			await untilTime(due, ended);
			try {
				current = await issuing.attempt();
			} catch (error) {
				if (ended.aborted) return;
				log("certificate_not_renewed", {
					reason: (error as Error).message,
					not_after: current.notAfter.toISOString(),
					next_attempt: new Date(due()).toISOString(),
				});
				continue;
			}
			for (const take of listeners) take(current);
		}
	};
	renew().catch((error) => {
		if (!ended.aborted) log("fault", { reason: String(error) });
	});
	return {
		current: () => current,
		status: () => ({
			source: "acme",
			...statusOf(current),
			last_error: issuing.attempts.reason,
			next_attempt: new Date(due()).toISOString(),
		}),
		onChange: (take) => void listeners.push(take),
		close: () => closing.abort(),
	};
}

/** What an earlier start obtained, also when it has ended since: renewing it comes next. */
function kept(folder: AcmeFolder, domain: string, log: Log): Certificate | null {
	const from = { cert: folder.certificateFile, key: folder.certificateFile };
	try {
		const found = folder.certificate();
		if (!found) return null;
		const certificate = readCertificate(found.cert, found.key, from);
		if (certificate.covers(domain)) return certificate;
		throw new Error(`${from.cert} is not for ${domain}.`);
	} catch (error) {
		log("certificate_unusable", { reason: (error as Error).message });
		return null;
	}
}

/** Waits out the time after a failure, then asks. */
async function firstTime(
	issuing: Issuing,
	attemptsFile: string,
	log: Log,
	signal: AbortSignal,
): Promise<Certificate> {
	const { failures, next, reason } = issuing.attempts;
	if (failures > 0 && next > Date.now()) {
		log("certificate_waiting", {
			reason,
			next_attempt: new Date(next).toISOString(),
			to_ask_now: `delete ${attemptsFile} and start brig again`,
		});
		await untilTime(() => next, signal);
	}
	try {
		return await issuing.attempt();
	} catch (error) {
		if (signal.aborted || !(error instanceof AcmeFailure)) throw error;
		throw new Error(
			`There is no certificate yet, and brig does not serve without one. ${error.message} The next start asks again, not before ${new Date(issuing.attempts.next).toISOString()}.`,
		);
	}
}

/** Until the clock shows this time (milliseconds since 1970), which may change while waiting. */
async function untilTime(time: () => number, signal: AbortSignal): Promise<void> {
	for (let wait = time() - Date.now(); wait > 0; wait = time() - Date.now())
		await delay(Math.min(wait, LONGEST_TIMER_MS), undefined, { signal });
}

function readRoots(path: string): string {
	try {
		const text = readFileSync(path, "utf8");
		new X509Certificate(text);
		return text;
	} catch (error) {
		throw new ConfigError(
			`The setting acme_ca is wrong: ${path} holds no certificate in PEM (${(error as Error).message}).`,
		);
	}
}
