/** `brig secret list`. @module */
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import { CLIENT_HELP, CLIENT_OPTIONS, inNamespace, namespaceOf } from "./options.ts";
import { printJson, say } from "./output.ts";
import { printTable, shortTime } from "./table.ts";

export const help = `brig secret list: the names of a namespace's secrets. Nothing ever shows a value.

  brig secret list

${CLIENT_HELP}

Example:
  brig secret list --json
`;

interface Listed {
	secrets: { name: string; created_at: string; updated_at: string }[];
}

export async function run(args: string[]): Promise<number> {
	const { values } = parseArgs({ args, options: CLIENT_OPTIONS });
	const path = inNamespace(values.namespace, "secrets");
	const { value, text } = await connect(values).request<Listed>("GET", path);
	if (values.json) printJson(text);
	else if (value.secrets.length === 0) {
		say(
			`brig: The namespace ${namespaceOf(values.namespace)} has no secrets. \`brig secret set NAME\` sets one.`,
		);
	} else {
		printTable(
			["NAME", "SET (UTC)", "UPDATED (UTC)"],
			value.secrets.map((secret) => [
				secret.name,
				shortTime(secret.created_at),
				shortTime(secret.updated_at),
			]),
		);
	}
	return 0;
}
