/** The executable's start. What a jail waits for comes first; every command is loaded when it is asked for. @module */
const args = process.argv.slice(2);

if (args[0] === "__runner") {
	const { run } = await import("./cli/runner.ts");
	await run();
} else if (args[0] === "__quick-check") {
	const { quickCheck } = await import("./doctor/quick-check.ts");
	quickCheck(args[1] ?? "");
} else {
	const { main } = await import("./cli/commands.ts");
	process.exit(await main(args));
}
