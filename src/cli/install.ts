/** `brig install`. @module */
import { parseArgs } from "node:util";
import { isLoopback } from "../config.ts";
import { type Given, install, type Outcome } from "../install/install.ts";
import { DATA, EXECUTABLE, SETTINGS } from "../install/paths.ts";
import { VERSION } from "../version.ts";
import { Failure } from "./errors.ts";
import { print, printJson, sayIfHeard } from "./output.ts";
import { settingOptions } from "./setting-options.ts";

export const help = `brig install: make this executable a service of systemd, or upgrade the service to it.

  brig install [--acme DOMAIN | --tls-cert FILE --tls-key FILE | --plain-http] [--listen HOST:PORT] [--json]

  --acme DOMAIN        HTTPS with a certificate that is obtained and renewed; port 80 must be reachable too
  --tls-cert, --tls-key FILE
                       HTTPS with files of yours; in /etc/brig, install lets the user brig read them
  --listen HOST:PORT   where to listen (default port 443 everywhere with HTTPS, else 127.0.0.1:8484)
  --public-url URL     the address that clients use, when a proxy stands before the server
  --plain-http         listen on more than loopback without TLS, behind a proxy of yours
  --json               the result as JSON, with the new keys
  and every other setting that \`brig serve --help\` names, but --data and --without-cgroups

It needs root, once. The service itself runs as the user brig, without any privilege. Settings go to ${SETTINGS};
what is given here is changed in it. Run again with a newer executable, it upgrades: if the new one does not become
healthy, the old one comes back with its database.

Example:
  sudo ./brig install --acme brig.example.com
`;

export async function run(args: string[]): Promise<number> {
	const options = { ...settingOptions(["data", "without_cgroups"]), json: { type: "boolean" as const } };
	const { values } = parseArgs({ args, options });
	if (process.getuid?.() !== 0)
		throw new Failure(
			"Installing a service needs root.",
			"Run it with sudo: the service itself will not be root.",
		);
	const { json, ...settings } = values;
	const given = Object.fromEntries(
		Object.entries(settings).map(([name, value]) => [name.replaceAll("-", "_"), value]),
	) as Given;
	const outcome = await install(given, (step) => sayIfHeard(`brig: ${step}`));
	if (json) printJson(JSON.stringify(summary(outcome)));
	else print(told(outcome));
	return 0;
}

function summary({ before, changed, url, keys }: Outcome) {
	return { version: VERSION, before, changed, url, data: DATA, settings: SETTINGS, keys };
}

function told({ config, before, changed, url, keys }: Outcome): string {
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
	if (!keys)
		return `${[...lines, "  keys        those there are; for another: sudo brig key create"].join("\n")}\n`;
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
