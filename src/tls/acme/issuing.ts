/**
 * Attempts at a certificate, each remembered on disk before it is made: however the server ends, its next start knows
 * how long to leave the authority alone.
 * @module
 */
import type { Log } from "../../log.ts";
import type { Certificate } from "../certificate.ts";
import { AcmeFailure } from "./failure.ts";
import type { AcmeFolder, Attempts } from "./folder.ts";
import type { Wanted } from "./obtain.ts";
import { waitAfter } from "./timing.ts";

/** After a success too, whatever the certificate says of its own time. */
const SHORTEST_WAIT_MS = 10_000;

export class Issuing {
	/** Kept here too: a full disk must not make it ask without end. */
	#attempts: Attempts;

	constructor(
		private readonly folder: AcmeFolder,
		private readonly wanted: Omit<Wanted, "accountKey">,
		private readonly log: Log,
	) {
		this.#attempts = folder.attempts();
	}

	get attempts(): Readonly<Attempts> {
		return this.#attempts;
	}

	/** One attempt, now. Throws an Error with one sentence (AcmeFailure for what the authority did), or the signal's reason. */
	async attempt(): Promise<Certificate> {
		const before = this.#attempts;
		const failures = before.failures + 1;
		const next = Date.now() + waitAfter(failures);
		try {
			this.#remember({ failures, next, reason: "The last attempt was interrupted." });
			// Loaded when it is needed: a megabyte that other servers do without.
			const { obtain } = await import("./obtain.ts");
			const certificate = await obtain({ ...this.wanted, accountKey: this.folder.accountKey() });
			this.#keep(certificate);
			return certificate;
		} catch (error) {
			const asked = error instanceof AcmeFailure ? Date.now() + error.retryAfterMs : 0;
			const failed = { failures, next: Math.max(next, asked), reason: (error as Error).message };
			try {
				this.#remember(this.wanted.signal.aborted ? before : failed);
			} catch {
				// The disk is full: what was remembered before the attempt still holds the next one back.
			}
			throw error;
		}
	}

	/** What was obtained is served even when it can't be kept. */
	#keep(certificate: Certificate): void {
		this.#attempts = { failures: 0, next: Date.now() + SHORTEST_WAIT_MS, reason: null };
		const { domain } = this.wanted;
		this.log("certificate_obtained", { domain, not_after: certificate.notAfter.toISOString() });
		try {
			this.folder.keep(certificate);
			this.folder.keepAttempts(this.#attempts);
		} catch (error) {
			const reason = `The certificate that was obtained can't be kept: ${(error as Error).message}.`;
			this.#attempts = { ...this.#attempts, reason };
			this.log("certificate_not_kept", { reason });
		}
	}

	#remember(attempts: Attempts): void {
		this.#attempts = attempts;
		this.folder.keepAttempts(attempts);
	}
}
