/** `brig fn show`. @module */
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import { CLIENT_HELP, CLIENT_OPTIONS, inNamespace, one } from "./options.ts";
import { print, printForeign, printJson } from "./output.ts";
import { prettyMember } from "./pretty-json.ts";
import { printFields, shortTime } from "./table.ts";

export const help = `brig fn show: one function with its schema, and its source where the key may see it.

  brig fn show NAME

${CLIENT_HELP}

Example:
  brig fn show orders.get_orders
`;

interface Shown {
	service: string;
	name: string;
	version: number;
	language: string;
	description: string;
	output_schema: unknown;
	tags?: string[];
	warnings?: string[];
	created_at: string;
	code?: string;
}

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({ args, allowPositionals: true, options: CLIENT_OPTIONS });
	const name = one(positionals, "NAME");
	const client = connect(values);
	const { value: fn, text } = await client.request<Shown>(
		"GET",
		inNamespace(values.namespace, "functions", name),
	);
	if (values.json) {
		printJson(text);
		return 0;
	}
	printFields({
		name: `${fn.service}.${fn.name}`,
		version: String(fn.version),
		language: fn.language,
		registered: `${shortTime(fn.created_at)} UTC`,
		...(fn.tags?.length && { tags: fn.tags.join(", ") }),
		...Object.fromEntries(
			(fn.warnings ?? []).map((warning, at) => [at ? `warning ${at + 1}` : "warning", warning]),
		),
	});
	if (fn.description) printForeign(`\n${fn.description.trimEnd()}\n`);
	print("\ninput: ");
	printForeign(`${prettyMember(text, "input_schema")}\n`);
	if (fn.output_schema !== null) {
		print("\noutput: ");
		printForeign(`${prettyMember(text, "output_schema")}\n`);
	}
	if (fn.code !== undefined) printForeign(`\n${fn.code.trimEnd()}\n`);
	return 0;
}
