/**
 * The official MCP client, and what it carried.
 * @module
 */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { PublicData } from "./functions.ts";
import { type Program, same } from "./programs.ts";
import type { OwnServer } from "./server.ts";
import { tokensOf } from "./tokens.ts";

const TOOLS = ["execute", "search", "describe"];

/** Connects with the run key and lists the tools. Throws when the three tools are not there. */
export async function connect(server: OwnServer) {
	const client = new Client({ name: "brig-demo", version: "1.0.0" });
	const headers = { authorization: `Bearer ${server.runKey}` };
	await client.connect(
		new StreamableHTTPClientTransport(new URL(`${server.url}/mcp/run/default`), { requestInit: { headers } }),
	);
	const { tools } = await client.listTools();
	const names = tools.map((tool) => tool.name);
	if (!same(names, TOOLS)) throw new Error(`the tools are ${names.join(", ")}, not ${TOOLS.join(", ")}`);
	const text = `${client.getInstructions() ?? ""}${JSON.stringify(tools)}`;
	if (!text.includes("list_flights")) throw new Error("the tools do not name the registered functions");
	return { client, listed: { tools, text } };
}

interface Structured {
	status: string;
	result: unknown;
	warnings: string[];
	usage: { bytes_in_sandbox: number; calls: number };
}

/** Runs a program twice. Throws unless both runs give what the data say. */
export async function runProgram(client: Client, program: Program, data: PublicData) {
	const expected = program.expected(data);
	const once = async () => {
		const start = performance.now();
		const answer = await client.callTool({
			name: "execute",
			arguments: { language: program.language, code: program.code },
		});
		const ms = performance.now() - start;
		const outcome = answer.structuredContent as unknown as Structured;
		if (outcome.status !== "ok") throw new Error(`the program failed: ${JSON.stringify(answer)}`);
		if (!same(outcome.result, expected)) {
			throw new Error(
				`the result is ${JSON.stringify(outcome.result)}, but the data say ${JSON.stringify(expected)}`,
			);
		}
		return { ms, outcome, text: JSON.stringify(answer) };
	};
	const first = await once();
	const second = await once();
	const { result, usage, warnings } = second.outcome;
	return {
		result,
		warnings,
		calls: usage.calls,
		firstMs: first.ms,
		secondMs: second.ms,
		keptBytes: usage.bytes_in_sandbox,
		keptTokens: tokensOf(keptText(program, data)),
		// The whole answer: the text and the structured content, which says the same and what it cost.
		backBytes: Buffer.byteLength(second.text),
		backTokens: tokensOf(second.text),
	};
}

/** The rows that the functions returned, as JSON. The few bytes of the other calls are not counted as tokens. */
function keptText(program: Program, data: PublicData): string {
	if (program.language === "python") return data.flightsJson;
	return JSON.stringify(data.flights.filter((flight) => flight.delay >= 60));
}
