/**
 * The question before something is deleted or replaced.
 * @module
 */
import { createInterface } from "node:readline/promises";
import { Misuse } from "./errors.ts";
import { say } from "./output.ts";

/** Throws Misuse where nobody can be asked, unless `--yes` answers. */
export function requireAnswer(yes: boolean | undefined): void {
	if (!yes && !process.stdin.isTTY)
		throw new Misuse("This asks before it goes on, and there is no terminal.", "Add --yes.");
}

/**
 * True when the user says yes, by `--yes` or at the terminal. Throws Misuse where nobody can be asked.
 * @param declined what is said otherwise
 */
export async function confirmed(
	question: string,
	yes: boolean | undefined,
	declined = "Nothing was deleted.",
): Promise<boolean> {
	requireAnswer(yes);
	if (yes) return true;
	const lines = createInterface({ input: process.stdin, output: process.stderr });
	const closed = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
	const answer = await Promise.race([lines.question(`${question} [y/N] `), closed]);
	lines.close();
	if (/^\s*y(es)?\s*$/i.test(answer)) return true;
	say(`brig: ${declined}`);
	return false;
}
