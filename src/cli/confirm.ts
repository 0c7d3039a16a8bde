/**
 * The question before something is deleted.
 * @module
 */
import { createInterface } from "node:readline/promises";
import { Misuse } from "./errors.ts";
import { say } from "./output.ts";

/** True when the user says yes, by `--yes` or at the terminal. Throws Misuse where nobody can be asked. */
export async function confirmed(question: string, yes: boolean | undefined): Promise<boolean> {
	if (yes) return true;
	if (!process.stdin.isTTY)
		throw new Misuse("This asks before it deletes, and there is no terminal.", "Add --yes.");
	const lines = createInterface({ input: process.stdin, output: process.stderr });
	const closed = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
	const answer = await Promise.race([lines.question(`${question} [y/N] `), closed]);
	lines.close();
	if (/^\s*y(es)?\s*$/i.test(answer)) return true;
	say("brig: Nothing was deleted.");
	return false;
}
