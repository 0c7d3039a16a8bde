/** `brig exec`: one program, as a client's execute would run it. @module */
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import { CLIENT_HELP, CLIENT_OPTIONS, choice, count, inNamespace, one } from "./options.ts";
import { type ResultBody, showResult } from "./result-view.ts";
import { endingOf, LANGUAGES, readSource } from "./source.ts";

export const help = `brig exec: run a program in a sandbox of the server.

  brig exec FILE|- [--language python|typescript] [--timeout-ms N]

The result goes to stdout, a string as it is, anything else as JSON; what the program prints goes to stderr.
Exit 1 when the program fails.

  --language LANGUAGE  python or typescript; else told from the file's ending, else from the code
  --timeout-ms N       end it after N ms
${CLIENT_HELP}

Example:
  echo 'sum(range(10))' | brig exec - --language python
`;

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: { ...CLIENT_OPTIONS, language: { type: "string" }, "timeout-ms": { type: "string" } },
	});
	const file = one(positionals, "FILE");
	const language = choice(values.language, LANGUAGES, "--language") ?? endingOf(file)?.language;
	const timeout_ms = count(values["timeout-ms"], "--timeout-ms");
	const client = connect(values);
	const code = await readSource(file);
	const { value, text } = await client.request<ResultBody>("POST", inNamespace(values.namespace, "execute"), {
		body: JSON.stringify({ code, language, timeout_ms }),
		slow: true,
	});
	return showResult(value, text, values.json);
}
