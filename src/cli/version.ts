/** `brig version`. @module */
import { parseArgs } from "node:util";
import { COMMIT, VERSION } from "../version.ts";
import { print, printJson } from "./output.ts";

export const help = `brig version: the version of this executable.

  brig version [--json]

Example:
  brig version --json
`;

export async function run(args: string[]): Promise<number> {
	const { values } = parseArgs({ args, options: { json: { type: "boolean" } } });
	const machine = `${process.platform}-${process.arch}`;
	if (values.json) printJson(JSON.stringify({ version: VERSION, commit: COMMIT, bun: Bun.version, machine }));
	else print(`brig ${VERSION} (${COMMIT}, Bun ${Bun.version}, ${machine})\n`);
	return 0;
}
