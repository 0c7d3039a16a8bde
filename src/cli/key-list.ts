/** `brig key list`. @module */
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import { apiPath, SERVER_HELP, SERVER_OPTIONS } from "./options.ts";
import { printJson, say } from "./output.ts";
import { printTable, shortTime } from "./table.ts";

export const help = `brig key list: the keys, without their texts.

  brig key list

${SERVER_HELP}

Example:
  brig key list --json
`;

interface Listed {
	keys: {
		id: string;
		name: string;
		scopes: string[];
		namespace: string | null;
		services: string[] | null;
		created_at: string;
	}[];
}

export async function run(args: string[]): Promise<number> {
	const { values } = parseArgs({ args, options: SERVER_OPTIONS });
	const { value, text } = await connect(values).request<Listed>("GET", apiPath("keys"));
	if (values.json) printJson(text);
	else if (value.keys.length === 0) say("brig: There are no keys. `brig key create` makes one.");
	else {
		printTable(
			["ID", "NAME", "SCOPES", "NAMESPACE", "SERVICES", "CREATED (UTC)"],
			value.keys.map((key) => [
				key.id,
				key.name,
				key.scopes.join(","),
				key.namespace ?? "every",
				key.services?.join(",") ?? "every",
				shortTime(key.created_at),
			]),
		);
	}
	return 0;
}
