/**
 * The demo: `bun scripts/demo-parts/main.ts FOLDER`, a folder with the data in it. scripts/demo calls it.
 * @module
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { connect, runProgram } from "./client.ts";
import { readData, type Source, writeSources } from "./functions.ts";
import { block, count, heading, line, ratio, seconds } from "./print.ts";
import { PROGRAMS } from "./programs.ts";
import { canDelegate, type OwnServer, startServer } from "./server.ts";
import { signedReport } from "./signed.ts";
import { tokensOf } from "./tokens.ts";

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("scripts/demo calls this with a folder");

/** Registers one function with the contract's own curl line. */
async function register(server: OwnServer, { name, file, text }: Source): Promise<void> {
	const command = `curl --data-binary @${file} -X PUT -H "Authorization: Bearer $BRIG_KEY" $BRIG_URL/v1/namespaces/default/functions/${name}`;
	line(`$ ${command}`);
	const start = performance.now();
	const child = Bun.spawn(["bash", "-c", command], {
		cwd: folder as string,
		stdio: ["ignore", "pipe", "ignore"],
		env: { ...process.env, BRIG_URL: server.url, BRIG_KEY: server.adminKey, no_proxy: "127.0.0.1" },
	});
	const answer = await new Response(child.stdout).text();
	const registered = JSON.parse(answer);
	if (registered.version !== 1) throw new Error(`${name} was not registered: ${answer}`);
	const facts = [registered.language, `${count(text.length)} characters`, seconds(performance.now() - start)];
	line(`  ${registered.service}.${registered.name} version ${registered.version}: ${facts.join(", ")}`);
}

async function demo(server: OwnServer): Promise<void> {
	const data = readData(folder as string);
	heading(
		`Three functions in two languages, with ${count(data.flights.length)} flights and ${count(data.airports.length)} airports inside`,
	);
	for (const source of writeSources(folder as string, data)) await register(server, source);

	heading("The official MCP client connects");
	const { client, listed } = await connect(server);
	line(
		`tools: ${listed.tools.map((tool) => tool.name).join(", ")}; ${count(tokensOf(listed.text))} tokens with the instructions`,
	);

	const totals = { kept: 0, keptTokens: 0, back: 0, backTokens: 0 };
	for (const program of PROGRAMS) {
		heading(`${program.question} (${program.language})`);
		block(program.code);
		const run = await runProgram(client, program, data);
		line("result:");
		block(
			JSON.stringify(run.result, null, 2).replace(/\{[^{}[\]]*\}/g, (object) => object.replace(/\s+/g, " ")),
		);
		line(
			`stayed in the sandbox   ${count(run.keptBytes).padStart(9)} bytes ${count(run.keptTokens).padStart(9)} tokens in ${run.calls} calls: what a plain MCP client would have carried`,
		);
		line(
			`went back to the client ${count(run.backBytes).padStart(9)} bytes ${count(run.backTokens).padStart(9)} tokens: the whole answer, as text and as structured content`,
		);
		line(
			`ratio                   ${ratio(run.keptBytes / run.backBytes).padStart(9)}       ${ratio(run.keptTokens / run.backTokens).padStart(9)}`,
		);
		line(
			`the model wrote ${count(tokensOf(program.code))} tokens of code; cold run ${seconds(run.firstMs)}, second run ${seconds(run.secondMs)}`,
		);
		for (const warning of run.warnings) line(`warning: ${warning}`);
		totals.kept += run.keptBytes;
		totals.keptTokens += run.keptTokens;
		totals.back += run.backBytes;
		totals.backTokens += run.backTokens;
	}
	await signedReport(server, client, data);
	await client.close();

	heading("Together");
	line(
		`${count(totals.keptTokens)} tokens of rows against ${count(totals.backTokens)} tokens of answers: ${ratio(totals.keptTokens / totals.backTokens)}; ${count(totals.kept)} bytes against ${count(totals.back)}: ${ratio(totals.kept / totals.back)}`,
	);
	line(
		"data: flights-10k (US Bureau of Transportation Statistics) and airports (Data.gov), public, from the npm package vega-datasets",
	);
}

const start = performance.now();
const server = await startServer(folder, canDelegate());
let stopping: Promise<void> | undefined;
const stop = () => {
	stopping ??= server.stop().then(() => rmSync(join(folder, "server.pid"), { force: true }));
	return stopping;
};
for (const [signal, code] of [
	["SIGINT", 130],
	["SIGTERM", 143],
] as const) {
	process.on(signal, () => void stop().finally(() => process.exit(code)));
}
try {
	line(
		`brig serves at ${server.url} after ${seconds(server.readyMs)}; sandboxes are bounded by ${server.confinement}`,
	);
	await demo(server);
} finally {
	await stop();
}
line(`stopped and cleaned up; ${seconds(performance.now() - start)} in all, without the build`);
