/** `brig reload`. @module */
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import { apiPath, SERVER_HELP, SERVER_OPTIONS } from "./options.ts";
import { printJson, say } from "./output.ts";

export const help = `brig reload: have the server read its settings again.

  brig reload

What can change while it runs is in force at once: concurrency, egress_private, dns_servers. What needs a restart is
named. Certificate files are taken up without this. \`systemctl reload brig\` does the same for the installed service.
${SERVER_HELP}

Example:
  sudo brig reload
`;

interface Reloaded {
	changed: string[];
	needs_restart: string[];
}

export async function run(args: string[]): Promise<number> {
	const { values } = parseArgs({ args, options: SERVER_OPTIONS });
	const { value, text } = await connect(values).request<Reloaded>("POST", apiPath("reload"));
	if (values.json) {
		printJson(text);
		return 0;
	}
	const { changed, needs_restart: restart } = value;
	if (changed.length > 0) say(`brig: in force now: ${changed.join(", ")}`);
	if (restart.length > 0) say(`brig: in force after a restart: ${restart.join(", ")}`);
	if (changed.length + restart.length === 0) say("brig: no setting has changed");
	return 0;
}
