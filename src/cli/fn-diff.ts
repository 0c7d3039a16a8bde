/** `brig fn diff`. @module */
import { parseArgs } from "node:util";
import { createTwoFilesPatch } from "diff";
import { connect } from "./client.ts";
import { Misuse } from "./errors.ts";
import type { Version } from "./fn-versions.ts";
import { CLIENT_HELP, CLIENT_OPTIONS, count, inNamespace } from "./options.ts";
import { printForeign, printJson, say } from "./output.ts";

export const help = `brig fn diff: what changed from one version of a function to another.

  brig fn diff NAME [OLD [NEW]]

Without NEW, the newest version; without OLD, the one before it. Source and declared facts are compared.

${CLIENT_HELP}

Example:
  brig fn diff orders.get_orders 3
`;

/** A version with all that a diff compares. */
type Whole = Version & { code: string } & Record<(typeof FACTS)[number], unknown>;
const FACTS = ["description", "input_schema", "output_schema", "tags", "env", "egress", "limits"] as const;

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({ args, allowPositionals: true, options: CLIENT_OPTIONS });
	const [name, oldText, newText, ...more] = positionals;
	if (name === undefined || more.length > 0) throw new Misuse("This takes NAME and at most two versions.");
	const client = connect(values);
	const path = (...parts: string[]) => inNamespace(values.namespace, "functions", name, "versions", ...parts);
	const { value: all } = await client.request<{ versions: Version[] }>("GET", path());
	const newest = all.versions[0]?.version ?? 1;
	const to = count(newText, "NEW") ?? newest;
	const from = count(oldText, "OLD") ?? Math.max(1, to - 1);
	const [before, after] = await Promise.all(
		[from, to].map(async (version) => (await client.request<Whole>("GET", path(String(version)))).value),
	);
	const patch = createTwoFilesPatch(
		`${name} ${from}`,
		`${name} ${to}`,
		whole(before as Whole),
		whole(after as Whole),
	);
	if (values.json) printJson(JSON.stringify({ name, from, to, patch }));
	else if (from === to || whole(before as Whole) === whole(after as Whole))
		say(`versions ${from} and ${to} are the same`);
	else printForeign(patch.replace(/^=+\n/, ""));
	return 0;
}

/** A version as text: its source, then what it declares, a line for each fact. */
function whole(version: Whole): string {
	const facts = FACTS.map((fact) => `${fact}: ${JSON.stringify(version[fact])}`);
	return `${version.code.trimEnd()}\n\n${facts.join("\n")}\n`;
}
