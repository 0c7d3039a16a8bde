/**
 * Where the certificate comes from, as the rest of the server sees it.
 * @module
 */
import type { Certificate } from "./certificate.ts";

/** For `doctor`, metrics and whoever asks: plain data. */
export interface CertificateStatus {
	source: "files" | "acme";
	names: readonly string[];
	issuer: string;
	/** When the certificate that is served ends, ISO 8601. */
	not_after: string;
	/** Until then; negative when it has ended. */
	days_left: number;
	/** Why a newer one could not be had or used; null when nothing is wrong. */
	last_error: string | null;
	/** When the next one is asked for, ISO 8601; null for files. */
	next_attempt: string | null;
}

export interface CertificateSource {
	current(): Certificate;
	status(): CertificateStatus;
	/** Calls with each newer certificate, from now on. */
	onChange(take: (certificate: Certificate) => void): void;
	/** Ends watching and renewing. */
	close(): void;
}

const DAY_MS = 86_400_000;

/** The part of the status that every certificate has. */
export function statusOf({ names, issuer, notAfter }: Certificate) {
	const days = (notAfter.getTime() - Date.now()) / DAY_MS;
	return { names, issuer, not_after: notAfter.toISOString(), days_left: Math.floor(days * 10) / 10 };
}
