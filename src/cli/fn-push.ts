/** `brig fn push`: registers functions from files. @module */
import { parseArgs } from "node:util";
import { type Client, connect } from "./client.ts";
import { ApiError, Failure, Misuse } from "./errors.ts";
import { CLIENT_HELP, CLIENT_OPTIONS, choice, inNamespace } from "./options.ts";
import { printJson, say } from "./output.ts";
import { findFiles, type PushFile } from "./push-files.ts";
import { LANGUAGES, readSource } from "./source.ts";

export const help = `brig fn push: register functions from their sources.

  brig fn push FILE…|DIR… [--language python|typescript]
  brig fn push FILE|- --name SERVICE.NAME

A file is called orders.get_orders.py or orders/get_orders.py; a folder is searched for such files, except those
whose names begin with _ or a dot. One that fails does not stop the others; the exit code is then 1.

  --name SERVICE.NAME  the function that one file of any name is
  --language LANGUAGE  python or typescript, where the file's ending does not tell
${CLIENT_HELP}
                       (for push: a line of JSON for each file)

Example:
  brig fn push functions/
  brig fn push get_orders.py --name orders.get_orders
`;

/** Refusals that every further file would get as well. */
const HOPELESS = ["unauthorized", "forbidden", "namespace_not_found"];

interface Registered {
	service: string;
	name: string;
	version: number;
	warnings: string[];
	/** The command that makes a waiting version the active one. */
	approve?: string;
}

interface Tally {
	pushed: number;
	unchanged: number;
	failed: number;
}

export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: { ...CLIENT_OPTIONS, name: { type: "string" }, language: { type: "string" } },
	});
	if (positionals.length === 0) throw new Misuse("FILE is missing.");
	const files = findFiles(positionals, values.name, choice(values.language, LANGUAGES, "--language"));
	const client = connect(values);
	const tally: Tally = { pushed: 0, unchanged: 0, failed: 0 };
	for (const file of files) {
		try {
			if (file.problem) throw new Failure(file.problem);
			const fresh = await push(client, file, values.namespace, values.json);
			tally[fresh ? "pushed" : "unchanged"]++;
		} catch (error) {
			if (!(error instanceof ApiError || (error instanceof Failure && isAboutFile(error, file)))) throw error;
			if (error instanceof ApiError && HOPELESS.includes(error.body.code)) throw error;
			tally.failed++;
			sayFailure(file, error, values.json);
		}
	}
	if (files.length > 1) say(`${tally.pushed} pushed, ${tally.unchanged} unchanged, ${tally.failed} failed`);
	return tally.failed ? 1 : 0;
}

/** Registers one file; false when the server has this version already. */
async function push(
	client: Client,
	{ file, name, language }: PushFile,
	namespace: string | undefined,
	json: boolean | undefined,
): Promise<boolean> {
	const body = await readSource(file);
	const type = language ? `text/x-${language}` : "text/plain";
	const path = inNamespace(namespace, "functions", name);
	const { status, value, text } = await client.request<Registered>("PUT", path, { body, type });
	const state = status === 200 ? ", unchanged" : status === 202 ? ", waits for approval" : "";
	say(`${name}  version ${value.version}${state}`);
	if (value.approve) say(`  an admin approves it with: ${value.approve}`);
	for (const warning of value.warnings ?? []) say(`  warning: ${warning}`);
	// The answer as it came, with the file in front.
	if (json) printJson(`{"file":${JSON.stringify(file)},${text.trim().slice(1)}`);
	return status !== 200;
}

/** What is wrong with a file, and not with the connection. */
function isAboutFile(error: Failure, { file, problem }: PushFile): boolean {
	return error.message === problem || error.message.includes(file) || file === "-";
}

function sayFailure({ file, name }: PushFile, error: ApiError | Failure, json: boolean | undefined): void {
	if (error instanceof Failure) say(`${name || file}  failed: ${error.message}`);
	else {
		const { line, column } = error.body;
		const place = [file, line ?? [], line ? (column ?? []) : []].flat().join(":");
		say(`${name}  failed`);
		say(`  ${place}: ${error.message}`);
		for (const fault of error.faults) say(`  ${fault}`);
	}
	if (error.hint) say(`  ${error.hint}`);
	if (json)
		printJson(
			JSON.stringify({ file, error: error instanceof ApiError ? error.body : { message: error.message } }),
		);
}
