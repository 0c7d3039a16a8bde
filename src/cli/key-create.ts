/** `brig key create`. @module */
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import { Misuse } from "./errors.ts";
import { apiPath, CLIENT_OPTIONS, choice, SERVER_HELP } from "./options.ts";
import { print, printJson, say } from "./output.ts";

export const help = `brig key create: make a key. Its text is shown once.

  brig key create --name NAME [--scope run[,write,admin]] [--namespace NS] [--services a,b]

  --name NAME          what it is for, as the list shows it
  --scope SCOPES       run, write, admin, with commas between them (default run)
  --namespace NS       the only namespace that it reaches (BRIG_NAMESPACE); every namespace when absent
  --services a,b       the only services that it reaches; every service when absent
${SERVER_HELP}

Example:
  brig key create --name laptop --scope run --namespace default --json
`;

const SCOPES = ["run", "write", "admin"] as const;

/** What --json prints, in this order. */
const FIELDS = ["id", "name", "key", "scopes", "namespace", "created_at"] as const;
type NewKey = Record<(typeof FIELDS)[number], unknown>;

export async function run(args: string[]): Promise<number> {
	const { values } = parseArgs({
		args,
		options: {
			...CLIENT_OPTIONS,
			name: { type: "string" },
			scope: { type: "string" },
			services: { type: "string" },
		},
	});
	if (!values.name) throw new Misuse("--name is missing.");
	const scopes = words(values.scope ?? "run", "--scope").map((scope) => choice(scope, SCOPES, "--scope"));
	const services = values.services === undefined ? undefined : words(values.services, "--services");
	const namespace = values.namespace ?? (process.env.BRIG_NAMESPACE || undefined);
	const client = connect(values);
	const { value } = await client.request<NewKey>("POST", apiPath("keys"), {
		body: JSON.stringify({ name: values.name, scopes, namespace, services }),
	});
	if (values.json) {
		printJson(JSON.stringify(Object.fromEntries(FIELDS.map((field) => [field, value[field]]))));
		return 0;
	}
	print(`${value.key}\n`);
	const reach = value.namespace === null ? "every namespace" : `the namespace ${value.namespace}`;
	say(`${value.id} reaches ${reach} with ${scopes.join(", ")}. Its text is not shown again.`);
	return 0;
}

/** Words between commas, each once. Throws Misuse when there is none. */
function words(text: string, flag: string): string[] {
	const found = [...new Set(text.split(",").map((word) => word.trim()))].filter((word) => word !== "");
	if (found.length === 0) throw new Misuse(`${flag} needs a value.`);
	return found;
}
