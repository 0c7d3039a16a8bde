/** `brig uninstall`. @module */
import { parseArgs } from "node:util";
import { DATA, SETTINGS } from "../install/paths.ts";
import { isInstalled, uninstall } from "../install/uninstall.ts";
import { confirmed } from "./confirm.ts";
import { Failure } from "./errors.ts";
import { say, sayIfHeard } from "./output.ts";

export const help = `brig uninstall: remove the service from this machine.

  brig uninstall [--purge] [--yes]

  --purge   also ${DATA} with every function, secret and key, ${SETTINGS}, and the user brig
  --yes     do not ask before data goes

Without --purge the data, the settings and the user that owns them stay, and \`brig install\` finds them again.

Example:
  sudo brig uninstall --purge
`;

export async function run(args: string[]): Promise<number> {
	const { values } = parseArgs({ args, options: { purge: { type: "boolean" }, yes: { type: "boolean" } } });
	if (process.getuid?.() !== 0) throw new Failure("Removing a service needs root.", "Run it with sudo.");
	if (!isInstalled() && !values.purge) {
		say("brig: nothing is installed here");
		return 0;
	}
	const question = `Delete ${DATA} with all functions, secrets, keys and history? There is no way back but a backup.`;
	if (values.purge && !(await confirmed(question, values.yes))) return 1;
	await uninstall(values.purge === true, (step) => sayIfHeard(`brig: ${step}`));
	if (!values.purge)
		say(
			`brig: ${DATA} and ${SETTINGS} stay; the executable that you installed from removes them with uninstall --purge`,
		);
	return 0;
}
