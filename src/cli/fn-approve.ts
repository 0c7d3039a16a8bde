/** `brig fn approve`. @module */
import { parseArgs } from "node:util";
import { change } from "./fn-change.ts";
import { CLIENT_HELP, CLIENT_OPTIONS, count, one } from "./options.ts";

export const help = `brig fn approve: make a version active that waits, because it has secrets or hosts and no admin registered it.

  brig fn approve NAME [--version N]

  --version N          which one; without it the newest that waits
${CLIENT_HELP}

Example:
  brig fn diff orders.get_orders && brig fn approve orders.get_orders
`;

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: { ...CLIENT_OPTIONS, version: { type: "string" } },
	});
	const name = one(positionals, "NAME");
	const version = count(values.version, "--version");
	return change(
		values,
		name,
		"approve",
		version ? { version } : {},
		(answer) => `${name} ${answer.version} is active`,
	);
}
