/**
 * What a client pays to learn of the functions: time and tokens of tools/list. Functions are registered through the API,
 * each read in a jail, so catalogs of thousands are not measured here.
 * @module
 */
import { tokensOf } from "../demo-parts/tokens.ts";
import type { Context } from "./executions.ts";
import { connect, register } from "./requests.ts";
import { summed, timed } from "./samples.ts";

const SERVICES = "orders billing crm support mail storage tracker calendar analytics inventory".split(" ");
const VERBS = "get list find create update delete export import count archive".split(" ");
const NOUNS = "order invoice contact ticket message file task event report item".split(" ");

/** A source with a schema and documentation. */
function source(name: string): string {
	return `def ${name}(id: int, status: str = "open", limit: int = 50) -> list[dict]:\n    """${name.replaceAll("_", " ")}, newest first."""\n    return []\n`;
}

/** Registers up to each size and lists. */
export async function measureCatalogs(context: Context & { sizes: number[] }): Promise<void> {
	const { server, runs, table, add, sizes, say } = context;
	let there = 0;
	for (const size of sizes) {
		say(`a catalog of ${size} functions`);
		const times: number[] = [];
		for (; there < size; there++) {
			const service = SERVICES[there % 10];
			const name = `${VERBS[Math.floor(there / 10) % 10]}_${NOUNS[there % 10]}${there < 100 ? "" : `_${there}`}`;
			const start = performance.now();
			await register(server, `${service}.${name}`, source(name));
			times.push(performance.now() - start);
		}
		await add(`registering a function (up to ${size})`, async () => summed(times));
		const client = await connect(server);
		await add(`tools/list with ${size} functions`, () => timed(runs, () => client.listTools()));
		const text = JSON.stringify((await client.listTools()).tools) + client.getInstructions();
		table.push({
			what: `tools/list and instructions with ${size} functions`,
			unit: "tokens",
			median: tokensOf(text),
			p95: null,
			runs: 1,
			ratio: null,
		});
		await client.close();
	}
}
