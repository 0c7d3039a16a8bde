/**
 * A first run of everything, while a jail waits for its program: what is compiled then is not compiled later.
 * @module
 */
import { evaluate } from "./evaluate.ts";
import { programBody } from "./transform.ts";

const PROGRAM = `import { type Stats, statSync } from "node:fs";
interface Row { id: number; total?: string }
const rows: Row[] = [{ id: 1 }, { id: 2, total: "3" }];
async function pick({ id, ...rest }: Row, limit = 5): Promise<Row | null> {
	try { return rows.find((row) => row.id === id && !rest.total)! } catch (error: unknown) { throw new Error(\`no \${id}\`, { cause: error }) }
}
for (const row of rows as Row[]) if (row.id > 1 || !statSync) await pick(row)
return { rows: rows.map((row) => ({ ...row, "a": [1, -2, null] })), first: (await pick({ id: 1 }))?.total ?? "none" };`;

/** Takes a few milliseconds of the CPU and leaves nothing behind. */
export async function warmUp(): Promise<void> {
	await evaluate("/work/warm-up.ts", programBody(PROGRAM, []));
}
