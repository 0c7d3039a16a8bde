/** `brig fn call`. @module */
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import { Misuse } from "./errors.ts";
import { CLIENT_HELP, CLIENT_OPTIONS, inNamespace, one } from "./options.ts";
import { type ResultBody, showResult } from "./result-view.ts";
import { readSource } from "./source.ts";

export const help = `brig fn call: call a hosted function.

  brig fn call NAME [JSON|-]

The input is a JSON object, or - to read it from stdin; {} when absent. The result goes to stdout, a string as it
is, anything else as JSON; what the function prints goes to stderr. Exit 1 when it fails.

${CLIENT_HELP}

Example:
  brig fn call orders.get_orders '{"status": "open", "limit": 5}'
`;

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({ args, allowPositionals: true, options: CLIENT_OPTIONS });
	const [name, input = "{}", ...more] = positionals;
	one([name ?? [], more].flat(), "NAME");
	const client = connect(values);
	const body = input === "-" ? await readSource("-") : input;
	checkJson(body);
	const path = inNamespace(values.namespace, "functions", name as string, "call");
	// The text goes as it is: integers beyond 2^53 keep their digits.
	const { value, text } = await client.request<ResultBody>("POST", path, { body, slow: true });
	return showResult(value, text, values.json);
}

/** Throws Misuse with the place of the mistake. */
function checkJson(text: string): void {
	if (text.trim() === "") return;
	try {
		JSON.parse(text);
	} catch (error) {
		throw new Misuse(
			`The input is not JSON: ${(error as Error).message}.`,
			`Quote it for the shell: brig fn call NAME '{"limit": 5}'.`,
		);
	}
}
