/** `brig licenses`. @module */
import { parseArgs } from "node:util";
import text from "../../dist/embed/licenses.txt" with { type: "text" };
import { print } from "./output.ts";

export const help = `brig licenses: the licenses of what this executable contains.

  brig licenses

Example:
  brig licenses | less
`;

export async function run(args: string[]): Promise<number> {
	parseArgs({ args, options: {} });
	print(text);
	return 0;
}
