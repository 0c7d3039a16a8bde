/** `brig secret set`. @module */
import { parseArgs } from "node:util";
import { SECRET_BYTES } from "../limits.ts";
import { connect } from "./client.ts";
import { Failure } from "./errors.ts";
import { CLIENT_HELP, CLIENT_OPTIONS, inNamespace } from "./options.ts";
import { printJson, say } from "./output.ts";
import { promptHidden } from "./prompt-hidden.ts";
import { secretName } from "./secret-name.ts";

export const help = `brig secret set: set a secret, or replace its value.

  brig secret set NAME < FILE
  brig secret set NAME             asks for the value; what is typed is not shown

  NAME                 1 to 64 characters of A-Z, 0-9 and _, starting with a letter
  The value is 1 byte to 64 KiB of UTF-8. One line end at the end of stdin is not part of it, so that
  \`echo\` and files with one work. A value is never an argument: those can be seen by other users.
  Functions that declare NAME get the new value from their next call on.
${CLIENT_HELP}

Example:
  brig secret set API_TOKEN < token.txt
`;

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({ args, allowPositionals: true, options: CLIENT_OPTIONS });
	const name = secretName(positionals);
	const client = connect(values);
	const body = process.stdin.isTTY ? await promptHidden(`Value of ${name} (not shown): `) : await readStdin();
	if (body.length === 0) throw new Failure(`The value is empty: ${name} was not set.`);
	const path = inNamespace(values.namespace, "secrets", name);
	const { status, text } = await client.request("PUT", path, { body, type: "text/plain" });
	if (values.json) printJson(text);
	else if (status === 201) say(`The secret ${name} is set`);
	else say(`The secret ${name} has its new value; calls that start from now on get it`);
	return 0;
}

/** All of stdin without one line feed at its end. Throws Failure beyond the largest value. */
async function readStdin(): Promise<Uint8Array> {
	const pieces: Uint8Array[] = [];
	let length = 0;
	for await (const piece of Bun.stdin.stream()) {
		pieces.push(piece);
		length += piece.length;
		// Room for the line feed that goes.
		if (length > SECRET_BYTES + 2) throw new Failure(`The value is larger than ${SECRET_BYTES} bytes.`);
	}
	const all = Buffer.concat(pieces);
	const feed = all.at(-1) === 0x0a ? (all.at(-2) === 0x0d ? 2 : 1) : 0;
	return all.subarray(0, all.length - feed);
}
