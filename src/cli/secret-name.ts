/**
 * The name of a secret as an argument, and never its value.
 * @module
 */
import { BrigError } from "../errors.ts";
import { checkSecretName } from "../secrets/names.ts";
import { Misuse } from "./errors.ts";

/** The one argument, checked. Throws Misuse, whose text repeats nothing that may be a value. */
export function secretName(positionals: readonly string[]): string {
	const [name, ...more] = positionals;
	if (name === undefined) throw new Misuse("NAME is missing.");
	if (more.length > 0 || name.includes("=")) {
		throw new Misuse(
			"This takes one NAME. A value is never an argument: other users of this machine can see those, and the shell keeps them.",
			"Send the value by stdin, as in `brig secret set NAME < FILE`, or type it at the prompt of `brig secret set NAME`.",
		);
	}
	try {
		checkSecretName(name);
	} catch (error) {
		if (error instanceof BrigError) throw new Misuse(error.message, error.extra.hint);
		throw error;
	}
	return name;
}
