/** `brig executions list`. @module */
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import { CLIENT_HELP, CLIENT_OPTIONS, count, inNamespace } from "./options.ts";
import { printJson, say } from "./output.ts";
import { duration, printTable, shortTime } from "./table.ts";

export const help = `brig executions list: the executions of a namespace, newest first.

  brig executions [list] [--status STATUS] [--function NAME] [--limit N] [--before ID]

  --status STATUS      only those with this status, such as ok, error or running
  --function NAME      only calls of this function
  --limit N            at most N (default 50)
  --before ID          only those before this one
${CLIENT_HELP}

Example:
  brig executions list --status error --limit 10
`;

const FILTERS = ["status", "function", "limit", "before"] as const;

/** A row of the ledger, as the list has it. */
export interface ListedExecution {
	id: string;
	kind: string;
	function: string | null;
	version: number | null;
	language: string;
	key_id: string;
	status: string;
	error_type: string | null;
	started_at: string;
	usage: {
		wall_ms: number | null;
		cpu_ms: number | null;
		peak_memory_mb: number | null;
		calls: number;
		tokens_kept_out: number;
	} | null;
}

export async function run(args: string[]): Promise<number> {
	const { values } = parseArgs({
		args,
		options: {
			...CLIENT_OPTIONS,
			status: { type: "string" },
			function: { type: "string" },
			limit: { type: "string" },
			before: { type: "string" },
		},
	});
	count(values.limit, "--limit");
	const query = new URLSearchParams();
	for (const name of FILTERS) if (values[name] !== undefined) query.set(name, values[name]);
	const path = `${inNamespace(values.namespace, "executions")}?${query}`;
	type Listed = { executions: ListedExecution[]; next: string | null };
	const { value, text } = await connect(values).request<Listed>("GET", path);
	if (values.json) printJson(text);
	else if (value.executions.length === 0) say("brig: There are none.");
	else {
		printTable(
			["ID", "STARTED (UTC)", "WHAT", "STATUS", "WALL", "CALLS", "ERROR"],
			value.executions.map((one) => [
				one.id,
				shortTime(one.started_at),
				one.function ?? one.language,
				one.status,
				duration(one.usage?.wall_ms),
				one.usage ? String(one.usage.calls) : "",
				one.error_type ?? "",
			]),
		);
		if (value.next) say(`There are more: --before ${value.next}`);
	}
	return 0;
}
