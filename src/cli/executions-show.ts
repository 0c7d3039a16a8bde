/** `brig executions show`. @module */
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import type { ListedExecution } from "./executions-list.ts";
import { CLIENT_HELP, CLIENT_OPTIONS, inNamespace, one } from "./options.ts";
import { print, printForeign, printJson } from "./output.ts";
import { duration, printFields, printTable, shortTime } from "./table.ts";

export const help = `brig executions show: one execution with its calls, and what its functions printed.

  brig executions show ID

${CLIENT_HELP}

Example:
  brig executions show exe_0a1B2c3D4e5F6g7H
`;

interface Call {
	parent: number | null;
	function: string;
	version: number | null;
	depth: number;
	count: number;
	status: string;
	error_type: string | null;
	wall_ms: number;
	bytes_in: number;
	bytes_out: number;
}

interface Shown extends ListedExecution {
	code_sha256: string;
	code_bytes: number;
	call_tree: Call[];
	outputs?: { function: string; stdout: string; stderr: string }[];
}

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({ args, allowPositionals: true, options: CLIENT_OPTIONS });
	const id = one(positionals, "ID");
	const path = inNamespace(values.namespace, "executions", id);
	const { value, text } = await connect(values).request<Shown>("GET", path);
	if (values.json) printJson(text);
	else {
		showRow(value);
		showCalls(value.call_tree);
		for (const output of value.outputs ?? []) showOutput(output);
	}
	return 0;
}

function showRow(row: Shown): void {
	const what = row.function
		? `call of ${row.function} version ${row.version}`
		: `${row.kind}, ${row.language}`;
	const memory = row.usage?.peak_memory_mb;
	printFields({
		id: row.id,
		what,
		status: row.error_type ? `${row.status}: ${row.error_type}` : row.status,
		started: `${shortTime(row.started_at)} UTC`,
		key: row.key_id,
		code: `${row.code_bytes} bytes, SHA-256 ${row.code_sha256}`,
		...(row.usage && {
			wall: duration(row.usage.wall_ms),
			cpu: duration(row.usage.cpu_ms),
			memory: typeof memory === "number" ? `${memory.toFixed(1)} MB` : "-",
			calls: String(row.usage.calls),
			"kept out": `about ${row.usage.tokens_kept_out} tokens`,
		}),
	});
}

function showCalls(calls: Call[]): void {
	if (calls.length === 0) return;
	print("\n");
	printTable(
		["FUNCTION", "VERSION", "DEPTH", "TIMES", "STATUS", "WALL", "BYTES IN", "BYTES OUT"],
		calls.map((call) => [
			call.function,
			String(call.version ?? ""),
			String(call.depth),
			String(call.count),
			call.error_type ? `${call.status}: ${call.error_type}` : call.status,
			duration(call.wall_ms),
			String(call.bytes_in),
			String(call.bytes_out),
		]),
	);
}

function showOutput(output: { function: string; stdout: string; stderr: string }): void {
	for (const stream of ["stdout", "stderr"] as const) {
		const text = output[stream].trimEnd();
		if (text) printForeign(`\n${stream} of ${output.function}:\n${text}\n`);
	}
}
