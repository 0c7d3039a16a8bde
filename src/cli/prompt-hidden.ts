/**
 * A question at the terminal whose answer is not shown.
 * @module
 */
import { writeSync } from "node:fs";
import { Failure } from "./errors.ts";

const STDERR = 2;
const [INTERRUPT, END, ENTER, LINE_FEED, ERASE, DELETE, ERASE_LINE, ESCAPE] = [3, 4, 13, 10, 8, 127, 21, 27];
/** A paste arrives in pieces: what follows its first line so closely belongs to it, not to the shell. */
const PASTE_MS = 100;
const INTERRUPTED = 130;

/** What is said of a line that can't be meant, for `brig secret set`. */
const OF_A_SECRET = {
	outcome: "nothing was set",
	otherwise: "Send it by stdin: brig secret set NAME < FILE.",
};

/**
 * The line that the user types or pastes, in UTF-8. Throws Failure for several lines. Ctrl-C ends the process.
 * @param words what becomes of a line that can't be meant, and how to give the value in another way
 */
export async function promptHidden(question: string, words = OF_A_SECRET): Promise<Uint8Array> {
	const { stdin } = process;
	const typed: number[] = [];
	let ended = false;
	let more = false;
	let quiet: ReturnType<typeof setTimeout> | undefined;
	let done = () => {};
	const finished = new Promise<void>((resolve) => {
		done = resolve;
	});
	const onData = (piece: Uint8Array) => {
		for (const byte of piece) {
			if (byte === INTERRUPT) {
				stdin.setRawMode(false);
				writeSync(STDERR, "\n");
				process.exit(INTERRUPTED);
			}
			if (ended) more ||= byte !== LINE_FEED;
			else if (byte === ENTER || byte === LINE_FEED || byte === END) ended = true;
			else if (byte === ERASE || byte === DELETE) eraseCharacter(typed);
			else if (byte === ERASE_LINE) typed.length = 0;
			else typed.push(byte);
		}
		if (!ended) return;
		clearTimeout(quiet);
		quiet = setTimeout(done, PASTE_MS);
	};
	stdin.setRawMode(true);
	try {
		writeSync(STDERR, question);
		stdin.on("data", onData);
		stdin.on("end", done);
		stdin.resume();
		await finished;
	} finally {
		stdin.off("data", onData);
		stdin.pause();
		stdin.setRawMode(false);
		writeSync(STDERR, "\n");
	}
	if (more) throw new Failure(`The value has several lines: ${words.outcome}.`, words.otherwise);
	if (typed.includes(ESCAPE))
		throw new Failure(`The value has a key such as an arrow in it: ${words.outcome}.`, words.otherwise);
	return Uint8Array.from(typed);
}

/** Takes the last character away, all of its bytes. */
function eraseCharacter(typed: number[]): void {
	let last = typed.pop();
	while (last !== undefined && (last & 0xc0) === 0x80) last = typed.pop();
}
