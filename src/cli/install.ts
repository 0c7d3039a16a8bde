/** `brig install`. @module */
import { parseArgs } from "node:util";
import { type Config, isLoopback } from "../config.ts";
import { type Given, install, type Outcome } from "../install/install.ts";
import { DATA, EXECUTABLE, SETTINGS } from "../install/paths.ts";
import { VERSION } from "../version.ts";
import { Failure } from "./errors.ts";
import { print, printJson, say } from "./output.ts";

export const help = `brig install: make this executable a service of systemd, or upgrade the service to it.

  brig install [--listen HOST:PORT] [--public-url URL] [--plain-http] [--json]

  --listen HOST:PORT   where to listen (default 127.0.0.1:8484)
  --public-url URL     the address that clients use, when a proxy stands before the server
  --plain-http         listen on more than loopback without TLS, behind a proxy of yours
  --json               the result as JSON, with the new keys

It needs root, once. The service itself runs as the user brig, without any privilege. Settings go to ${SETTINGS};
what is given here is changed in it. Run again with a newer executable, it upgrades: if the new one does not become
healthy, the old one comes back with its database.

Example:
  sudo ./brig install
`;

export async function run(args: string[]): Promise<number> {
	const { values } = parseArgs({
		args,
		options: {
			listen: { type: "string" },
			"public-url": { type: "string" },
			"plain-http": { type: "boolean" },
			json: { type: "boolean" },
		},
	});
	if (process.getuid?.() !== 0)
		throw new Failure(
			"Installing a service needs root.",
			"Run it with sudo: the service itself will not be root.",
		);
	const { json, ...settings } = values;
	const given = Object.fromEntries(
		Object.entries(settings).map(([name, value]) => [name.replaceAll("-", "_"), value]),
	) as Given;
	const outcome = await install(given, (step) => say(`brig: ${step}`));
	const url = address(outcome.config);
	if (json) printJson(JSON.stringify(summary(outcome, url)));
	else print(told(outcome, url));
	return 0;
}

/** Where clients find the service. */
function address({ public_url, host, port }: Config): string {
	return public_url?.replace(/\/+$/, "") ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function summary({ before, changed, keys }: Outcome, url: string) {
	return { version: VERSION, before, changed, url, data: DATA, settings: SETTINGS, keys };
}

function told({ config, before, changed, keys }: Outcome, url: string): string {
	const done = !before
		? "installed"
		: !changed
			? "in place already"
			: before === VERSION
				? "renewed"
				: `upgraded from ${before}`;
	const lines = [
		`Brig ${VERSION} is ${done} and runs at ${url}`,
		"",
		`  executable  ${EXECUTABLE}`,
		`  settings    ${SETTINGS}`,
		`  data        ${DATA}`,
		"  service     systemctl status brig; journalctl -u brig",
	];
	if (isLoopback(config.host) && !config.public_url) lines.push("  reached     from this machine only");
	if (!keys) return `${lines.join("\n")}\n`;
	return `${[...lines, ...firstSteps(keys, url)].join("\n")}\n`;
}

function firstSteps(keys: { admin: string; run: string }, url: string): string[] {
	return [
		"",
		"The two first keys, shown only now:",
		"",
		`  admin  ${keys.admin}`,
		`  run    ${keys.run}`,
		"",
		"What comes next: look after the machine, register a function, connect Claude Code.",
		"",
		"  brig doctor",
		`  curl --data-binary @get_orders.py -X PUT -H "Authorization: Bearer ${keys.admin}" ${url}/v1/namespaces/default/functions/orders.get_orders`,
		`  claude mcp add --transport http brig ${url}/mcp/run/default --header "Authorization: Bearer ${keys.run}"`,
	];
}
