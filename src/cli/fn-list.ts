/** `brig fn list`. @module */
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import { CLIENT_HELP, CLIENT_OPTIONS, inNamespace } from "./options.ts";
import { printJson, say } from "./output.ts";
import { printTable } from "./table.ts";

export const help = `brig fn list: the functions of a namespace.

  brig fn list [WORDS] [--tag TAG]

  WORDS                only functions that match, the best match first
  --tag TAG            only functions with this tag
${CLIENT_HELP}

Example:
  brig fn list refund --json
`;

interface Listed {
	functions: { service: string; name: string; version: number; language: string; summary: string }[];
}

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: { ...CLIENT_OPTIONS, tag: { type: "string" } },
	});
	const query = new URLSearchParams();
	if (values.tag !== undefined) query.set("tag", values.tag);
	if (positionals.length) query.set("q", positionals.join(" "));
	const client = connect(values);
	const path = `${inNamespace(values.namespace, "functions")}?${query}`;
	const { value, text } = await client.request<Listed>("GET", path);
	if (values.json) printJson(text);
	else if (value.functions.length === 0) {
		say(
			query.size
				? "brig: No function matches."
				: "brig: There are no functions. `brig fn push` registers some.",
		);
	} else {
		printTable(
			["NAME", "VERSION", "LANGUAGE", "SUMMARY"],
			value.functions.map((fn) => [
				`${fn.service}.${fn.name}`,
				String(fn.version ?? ""),
				fn.language ?? "",
				fn.summary ?? "",
			]),
		);
	}
	return 0;
}
