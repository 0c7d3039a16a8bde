/** `brig key revoke`. @module */
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import { apiPath, one, SERVER_HELP, SERVER_OPTIONS } from "./options.ts";
import { printJson, say } from "./output.ts";

export const help = `brig key revoke: revoke a key, at once. This does not ask.

  brig key revoke ID

  ID                   as \`brig key list\` shows it
${SERVER_HELP}

Example:
  brig key revoke key_0a1B2c3D4e5F6g7H
`;

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({ args, allowPositionals: true, options: SERVER_OPTIONS });
	const id = one(positionals, "ID");
	await connect(values).request("DELETE", apiPath("keys", id));
	if (values.json) printJson(JSON.stringify({ revoked: id }));
	else say(`${id} is revoked`);
	return 0;
}
