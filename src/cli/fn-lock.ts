/** `brig fn lock`. @module */
import { parseArgs } from "node:util";
import { change } from "./fn-change.ts";
import { CLIENT_HELP, CLIENT_OPTIONS, one } from "./options.ts";

export const help = `brig fn lock: refuse every change of a function until it is unlocked.

  brig fn lock NAME

${CLIENT_HELP}

Example:
  brig fn lock orders.get_orders
`;

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({ args, allowPositionals: true, options: CLIENT_OPTIONS });
	const name = one(positionals, "NAME");
	return change(values, name, "lock", {}, () => `${name} is locked`);
}
