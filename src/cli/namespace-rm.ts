/** `brig namespace rm`. @module */
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import { confirmed } from "./confirm.ts";
import { apiPath, one, SERVER_HELP, SERVER_OPTIONS } from "./options.ts";
import { printJson, say } from "./output.ts";

export const help = `brig namespace rm: delete a namespace with its functions, keys and history.

  brig namespace rm NAME [--yes]

  --yes                do not ask
${SERVER_HELP}

Example:
  brig namespace rm staging --yes
`;

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: { ...SERVER_OPTIONS, yes: { type: "boolean" } },
	});
	const name = one(positionals, "NAME");
	const client = connect(values);
	const question = `Delete the namespace ${name} with its functions, keys and history?`;
	if (!(await confirmed(question, values.yes))) return 1;
	await client.request("DELETE", apiPath("namespaces", name));
	if (values.json) printJson(JSON.stringify({ deleted: name }));
	else say(`The namespace ${name} is deleted`);
	return 0;
}
