/** `brig secret rm`. @module */
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import { confirmed } from "./confirm.ts";
import { CLIENT_HELP, CLIENT_OPTIONS, inNamespace, namespaceOf } from "./options.ts";
import { printJson, say } from "./output.ts";
import { secretName } from "./secret-name.ts";

export const help = `brig secret rm: remove a secret. Calls of functions that declare it fail from then on.

  brig secret rm NAME [--yes]

  --yes                do not ask
${CLIENT_HELP}

Example:
  brig secret rm API_TOKEN --yes
`;

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: { ...CLIENT_OPTIONS, yes: { type: "boolean" } },
	});
	const name = secretName(positionals);
	const client = connect(values);
	const namespace = namespaceOf(values.namespace);
	if (!(await confirmed(`Remove the secret ${name} of the namespace ${namespace}?`, values.yes))) return 1;
	await client.request("DELETE", inNamespace(values.namespace, "secrets", name));
	if (values.json) printJson(JSON.stringify({ deleted: name, namespace }));
	else say(`The secret ${name} is removed`);
	return 0;
}
