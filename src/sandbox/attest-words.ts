/**
 * How the differences between a jail and what was asked for are put into words: what came out of the jail is quoted
 * short, on one line and in plain characters.
 * @module
 */

/** Faults that an error and the log name, and characters of each text in them that came out of the jail. */
const MOST_FAULTS = 10;
const MOST_TEXT = 120;

/** Faults as one text of bounded length. */
export function listed(faults: readonly string[]): string {
	const more = faults.length - MOST_FAULTS;
	return [...faults.slice(0, MOST_FAULTS), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}

/** No fault when both are the same, else one sentence. */
export function same(what: string, is: string | undefined, asked: string): string[] {
	return is === asked ? [] : [`${what} is ${is === undefined ? "not there" : plain(is)}, not ${asked}`];
}

/** Text out of the jail on one line, short, and of characters that every terminal shows as they are. */
export function plain(text: string): string {
	return text.slice(0, MOST_TEXT).replace(/[^\x20-\x7e]/g, "?");
}
