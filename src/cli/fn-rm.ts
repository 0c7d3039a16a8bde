/** `brig fn rm`. @module */
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import { confirmed } from "./confirm.ts";
import { CLIENT_HELP, CLIENT_OPTIONS, inNamespace, namespaceOf, one } from "./options.ts";
import { printJson, say } from "./output.ts";

export const help = `brig fn rm: delete a function. Its history stays.

  brig fn rm NAME [--yes]

  --yes                do not ask
${CLIENT_HELP}

Example:
  brig fn rm orders.get_orders --yes
`;

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: { ...CLIENT_OPTIONS, yes: { type: "boolean" } },
	});
	const name = one(positionals, "NAME");
	const client = connect(values);
	const namespace = namespaceOf(values.namespace);
	const question = `Delete the function ${name} of the namespace ${namespace}?`;
	if (!(await confirmed(question, values.yes))) return 1;
	await client.request("DELETE", inNamespace(values.namespace, "functions", name));
	if (values.json) printJson(JSON.stringify({ deleted: name, namespace }));
	else say(`${name} is deleted`);
	return 0;
}
