/** `brig fn versions`. @module */
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import { CLIENT_HELP, CLIENT_OPTIONS, inNamespace, one } from "./options.ts";
import { printJson } from "./output.ts";
import { printTable, shortTime } from "./table.ts";

export const help = `brig fn versions: every version of a function, newest first, also of a deleted one.

  brig fn versions NAME

${CLIENT_HELP}

Example:
  brig fn versions orders.get_orders
`;

/** As much of a version as the commands show. */
export interface Version {
	version: number;
	active: boolean;
	pending: boolean;
	language: string;
	created_at: string;
	created_by: string;
	content_hash: string;
}

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({ args, allowPositionals: true, options: CLIENT_OPTIONS });
	const path = inNamespace(values.namespace, "functions", one(positionals, "NAME"), "versions");
	const { value, text } = await connect(values).request<{ versions: Version[] }>("GET", path);
	if (values.json) {
		printJson(text);
		return 0;
	}
	printTable(
		["version", "state", "language", "made (UTC)", "by", "content"],
		value.versions.map((one) => [
			String(one.version),
			one.pending ? "waits for approval" : one.active ? "active" : "",
			one.language,
			shortTime(one.created_at),
			one.created_by,
			one.content_hash.slice(0, 12),
		]),
	);
	return 0;
}
