/** `brig namespace list`. @module */
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import { apiPath, SERVER_HELP, SERVER_OPTIONS } from "./options.ts";
import { printJson } from "./output.ts";
import { printTable, shortTime } from "./table.ts";

export const help = `brig namespace list: all namespaces.

  brig namespace list

${SERVER_HELP}

Example:
  brig namespace list --json
`;

export async function run(args: string[]): Promise<number> {
	const { values } = parseArgs({ args, options: SERVER_OPTIONS });
	type Listed = { namespaces: { name: string; created_at: string }[] };
	const { value, text } = await connect(values).request<Listed>("GET", apiPath("namespaces"));
	if (values.json) printJson(text);
	else {
		const rows = value.namespaces.map(({ name, created_at }) => [name, shortTime(created_at)]);
		printTable(["NAME", "CREATED (UTC)"], rows);
	}
	return 0;
}
