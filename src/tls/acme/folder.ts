/**
 * What is kept of one domain at one authority: DATA/acme/AUTHORITY/account.key and DATA/acme/AUTHORITY/DOMAIN/.
 * Folders are 0700, files 0600 and replaced as a whole.
 * @module
 */
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

const Attempts = v.object({
	/** In a row, without a success. */
	failures: v.pipe(v.number(), v.integer(), v.minValue(0)),
	/** Milliseconds since 1970: the authority is not asked again before. */
	next: v.number(),
	/** Why the last one failed. */
	reason: v.nullable(v.string()),
});
/** What the last attempts came to. */
export type Attempts = v.InferOutput<typeof Attempts>;

const KEY_END = /^[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----\n/;
/** A wait longer than any authority's window is a wrong clock's. */
const LONGEST_WAIT_MS = 8 * 86_400_000;

export class AcmeFolder {
	readonly #authority: string;
	readonly #domain: string;
	/** Key and chain, one after the other, so that they change together. */
	readonly certificateFile: string;
	readonly attemptsFile: string;

	/** Makes the folders; throws an Error with one sentence. `directory` is the authority's address. */
	constructor(data: string, directory: string, domain: string) {
		this.#authority = join(data, "acme", new URL(directory).host);
		this.#domain = join(this.#authority, domain);
		this.certificateFile = join(this.#domain, "certificate.pem");
		this.attemptsFile = join(this.#domain, "attempts.json");
		try {
			mkdirSync(this.#domain, { recursive: true, mode: 0o700 });
			for (const folder of [join(data, "acme"), this.#authority, this.#domain]) chmodSync(folder, 0o700);
		} catch (error) {
			throw new Error(
				`The folder for certificates can't be used: ${(error as Error).message}. It must belong to the user that runs brig.`,
			);
		}
	}

	/** The account's key in PEM, made at the first call. Throws an Error with one sentence when the file is damaged. */
	accountKey(): string {
		const file = join(this.#authority, "account.key");
		if (!existsSync(file)) replace(file, newKey());
		const key = readFileSync(file, "utf8");
		try {
			createPrivateKey(key);
			return key;
		} catch {
			throw new Error(`${file} is not a private key: delete it, and brig makes a new account.`);
		}
	}

	/** The pair as it was kept, unchecked; null when there is none. */
	certificate(): { cert: string; key: string } | null {
		if (!existsSync(this.certificateFile)) return null;
		const text = readFileSync(this.certificateFile, "utf8");
		const key = KEY_END.exec(text)?.[0] ?? "";
		return { key, cert: text.slice(key.length) };
	}

	keep({ cert, key }: { cert: string; key: string }): void {
		replace(this.certificateFile, `${key.trimEnd()}\n${cert}`);
	}

	/** None when there is no file that can be read. */
	attempts(): Attempts {
		try {
			const found = v.parse(Attempts, JSON.parse(readFileSync(this.attemptsFile, "utf8")));
			return { ...found, next: Math.min(found.next, Date.now() + LONGEST_WAIT_MS) };
		} catch {
			return { failures: 0, next: 0, reason: null };
		}
	}

	keepAttempts(attempts: Attempts): void {
		replace(this.attemptsFile, `${JSON.stringify(attempts, null, "\t")}\n`);
	}
}

/** A private key for the account or for a certificate: P-256 in PEM. */
export function newKey(): string {
	return generateKeyPairSync("ec", {
		namedCurve: "P-256",
		publicKeyEncoding: { type: "spki", format: "pem" },
		privateKeyEncoding: { type: "pkcs8", format: "pem" },
	}).privateKey;
}

function replace(file: string, text: string): void {
	writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
	renameSync(`${file}.new`, file);
}
