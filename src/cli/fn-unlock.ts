/** `brig fn unlock`. @module */
import { parseArgs } from "node:util";
import { change } from "./fn-change.ts";
import { CLIENT_HELP, CLIENT_OPTIONS, one } from "./options.ts";

export const help = `brig fn unlock: let a locked function be changed again.

  brig fn unlock NAME

${CLIENT_HELP}

Example:
  brig fn unlock orders.get_orders
`;

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({ args, allowPositionals: true, options: CLIENT_OPTIONS });
	const name = one(positionals, "NAME");
	return change(values, name, "unlock", {}, () => `${name} is unlocked`);
}
