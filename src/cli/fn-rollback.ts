/** `brig fn rollback`. @module */
import { parseArgs } from "node:util";
import { Misuse } from "./errors.ts";
import { change } from "./fn-change.ts";
import { CLIENT_HELP, CLIENT_OPTIONS, count } from "./options.ts";

export const help = `brig fn rollback: make a new version that is a copy of an older one.

  brig fn rollback NAME VERSION

${CLIENT_HELP}

Example:
  brig fn rollback orders.get_orders 3
`;

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({ args, allowPositionals: true, options: CLIENT_OPTIONS });
	const [name, text, ...more] = positionals;
	const version = count(text, "VERSION");
	if (name === undefined || version === undefined || more.length > 0)
		throw new Misuse("This takes NAME and VERSION.");
	return change(
		values,
		name,
		"rollback",
		{ version },
		(answer) => `${name} ${answer.version} is a copy of version ${version}`,
	);
}
