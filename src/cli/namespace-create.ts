/** `brig namespace create`. @module */
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import { apiPath, one, SERVER_HELP, SERVER_OPTIONS } from "./options.ts";
import { printJson, say } from "./output.ts";

export const help = `brig namespace create: make a namespace.

  brig namespace create NAME

  NAME                 1 to 63 characters of a-z, 0-9 and -, with a letter or digit at both ends
${SERVER_HELP}

Example:
  brig namespace create staging
`;

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({ args, allowPositionals: true, options: SERVER_OPTIONS });
	const name = one(positionals, "NAME");
	const body = JSON.stringify({ name });
	const { text } = await connect(values).request("POST", apiPath("namespaces"), { body });
	if (values.json) printJson(text);
	else say(`The namespace ${name} is made`);
	return 0;
}
