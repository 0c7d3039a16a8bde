/**
 * A certificate from two files, taken up again when they change.
 * @module
 */
import { readFileSync, statSync } from "node:fs";
import type { Log } from "../log.ts";
import { type Certificate, checkInForce, readCertificate } from "./certificate.ts";
import { quoted } from "./quoted.ts";
import { type CertificateSource, statusOf } from "./source.ts";

const LOOK_MS = 5_000;
const MOST_BYTES = 256 * 1024;
const OTHERS_READ = 0o004;
const OTHERS_WRITE = 0o022;

export interface CertificateFiles {
	cert: string;
	key: string;
}

/**
 * Reads and checks the files, and looks at them every few seconds. Ones that changed are read when they stayed the same
 * for two looks, since the two are written one after the other; bad ones are a line in the log, and the old pair stays.
 * Throws an Error with one sentence when the pair can't be served with.
 */
export function certificateFromFiles(files: CertificateFiles, log: Log, lookMs = LOOK_MS): CertificateSource {
	let current = readPair(files);
	let seen = stamp(files);
	let changed: string | null = null;
	let lastError: string | null = null;
	const listeners: ((certificate: Certificate) => void)[] = [];
	const warn = () => {
		for (const reason of [...current.warnings, ...permissions(files.key)])
			log("certificate_warning", { reason });
	};
	warn();

	const look = () => {
		const now = stamp(files);
		if (now === seen) changed = null;
		else if (now !== changed) changed = now;
		else {
			seen = now;
			changed = null;
			try {
				const next = readPair(files);
				lastError = null;
				if (next.cert === current.cert && next.key === current.key) return;
				current = next;
			} catch (error) {
				lastError = (error as Error).message;
				log("certificate_refused", { reason: `${lastError} The one before goes on being served.` });
				return;
			}
			log("certificate_changed", {
				names: current.names.join(" "),
				not_after: current.notAfter.toISOString(),
			});
			warn();
			for (const take of listeners) take(current);
		}
	};
	const timer = setInterval(look, lookMs);
	return {
		current: () => current,
		status: () => ({ source: "files", ...statusOf(current), last_error: lastError, next_attempt: null }),
		onChange: (take) => void listeners.push(take),
		close: () => clearInterval(timer),
	};
}

function readPair(files: CertificateFiles): Certificate {
	const pair = readCertificate(readText(files.cert), readText(files.key), files);
	checkInForce(pair, files);
	return pair;
}

function readText(path: string): string {
	try {
		const found = statSync(path);
		if (found.isFile() && found.size <= MOST_BYTES) return readFileSync(path, "utf8");
	} catch (error) {
		throw new Error(
			`${path} can't be read: ${(error as Error).message}. The user that runs brig must be able to read it.`,
		);
	}
	throw new Error(`${path} is not a file of at most ${MOST_BYTES} bytes: that is no certificate and no key.`);
}

/** Changes whenever one of the files does; a link that now leads elsewhere counts. */
function stamp(files: CertificateFiles): string {
	return [files.cert, files.key]
		.map((path) => {
			try {
				const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path);
				return `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
			} catch (error) {
				return String((error as NodeJS.ErrnoException).code);
			}
		})
		.join("\n");
}

function permissions(path: string): string[] {
	const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
	if (mode & OTHERS_READ)
		return [`Every user of this machine can read the key ${quoted(path)}: run chmod o-rwx on it.`];
	if (mode & OTHERS_WRITE) return [`Others can write the key ${quoted(path)}: run chmod go-w on it.`];
	return [];
}
