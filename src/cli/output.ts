/**
 * Results to stdout, messages to stderr, and foreign text made harmless for a terminal.
 * @module
 */
import { writeSync } from "node:fs";

const STDOUT = 1;
const STDERR = 2;
/** What a shell reports for a program that SIGPIPE ended. */
const BROKEN_PIPE = 141;

// Sequences that begin with ESC whole, then what is left: controls but tab and line feed, and what turns the direction of text.
const SEQUENCES = /(?![\t\n])\p{Cc}(?:\[[0-9;:?<=>]*[ -/]*[@-~]|\][^\p{Cc}]*|[@-Z\\^_])/gu;
const CONTROLS = /(?![\t\n])\p{Cc}|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Text of several lines that can't command a terminal. */
export function harmless(text: string): string {
	return text.replace(/\r\n?/g, "\n").replace(SEQUENCES, "").replace(CONTROLS, "");
}

/** Writes a result to stdout as it is. */
export function print(text: string): void {
	write(STDOUT, text);
}

/** Writes a result to stdout; foreign text in it is made harmless where stdout is a terminal. */
export function printForeign(text: string): void {
	write(STDOUT, process.stdout.isTTY ? harmless(text) : text);
}

/** Writes JSON text to stdout, to the letter; on a terminal controls become the escapes that JSON has for them. */
export function printJson(text: string): void {
	const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
	write(STDOUT, `${process.stdout.isTTY ? text.replace(CONTROLS, escaped) : text}\n`);
}

/** Writes a line to stderr. */
export function say(line: string): void {
	write(STDERR, `${harmless(line)}\n`);
}

/** Writes a line to stderr if somebody reads it: what goes on must come to its end also when the terminal has gone. */
export function sayIfHeard(line: string): void {
	write(STDERR, `${harmless(line)}\n`, () => {});
}

/** Writes what a program printed to stderr, ended by a line feed. */
export function sayForeign(text: string): void {
	if (text === "") return;
	const shown = process.stderr.isTTY ? harmless(text) : text;
	write(STDERR, shown.endsWith("\n") ? shown : `${shown}\n`);
}

/** All of it, at once: the process may exit right after. */
function write(fd: number, text: string, gone: () => void = () => process.exit(BROKEN_PIPE)): void {
	let rest = Buffer.from(text);
	while (rest.length > 0) {
		try {
			rest = rest.subarray(writeSync(fd, rest));
		} catch (error) {
			const { code } = error as { code?: string };
			// The reader is slow, or has gone: `brig executions | head`.
			if (code === "EAGAIN") Bun.sleepSync(1);
			// EIO: a terminal that was closed.
			else if (code === "EPIPE" || code === "EIO") return gone();
			else throw error;
		}
	}
}
