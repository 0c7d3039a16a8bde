/**
 * One line an event on stderr: time, event, fields. Nothing from users enters it but by `JSON.stringify`,
 * which leaves no control character.
 * @module
 */

export type LogFields = Record<string, string | number | boolean | null>;
export type Log = (event: string, fields?: LogFields) => void;

/** Characters that a terminal may act on though JSON lets them pass. */
const CONTROLS = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const MOST = 2_000;
const MOST_OF_A_WORD = 100;

/** What the log says of an error that nobody expected. */
export function faultText(error: unknown): string {
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** A name that users' code made up, so that nothing in it reads like another field or event. */
export function wordOf(name: string): string {
	return name.slice(0, MOST_OF_A_WORD).replace(/[^\p{L}\p{M}\p{N}_$.]/gu, "?");
}

/** The line of an event, without its end. */
export function logLine(event: string, fields: LogFields, now = new Date()): string {
	const pairs = Object.entries(fields).map(([name, value]) => {
		const text =
			typeof value === "string" ? JSON.stringify(value.slice(0, MOST)).replace(CONTROLS, "?") : String(value);
		return ` ${name}=${text}`;
	});
	return `${now.toISOString()} ${event}${pairs.join("")}`;
}

export const stderrLog: Log = (event, fields = {}) => {
	process.stderr.write(`${logLine(event, fields)}\n`);
};
