/**
 * The commands of `brig`, each loaded when it is asked for.
 * @module
 */
import { type Commands, dispatch } from "./dispatch.ts";

const help = `brig: a code-mode MCP server with hosted functions.

  brig serve                              run the server
  brig install | uninstall                a systemd service on this machine
  brig exec FILE|-                        run a program, as a client's execute would
  brig fn push|list|show|call|versions|…  hosted functions
  brig key create|list|revoke             keys
  brig namespace create|list|rm           namespaces
  brig secret set|list|rm                 values that only functions see
  brig executions [list|show ID]          what ran, and what it cost
  brig backup FILE                        everything in one file, while the server runs
  brig restore FILE                       put a backup in place of what there is
  brig reload                             have the server read its settings again
  brig doctor                             what is wrong with this machine, the data or the server
  brig version                            the version of this executable
  brig licenses                           the licenses of what it contains

\`brig COMMAND --help\` shows the options of a command with an example.

serve, backup, restore and doctor work on the data folder itself (--data, BRIG_DATA), install and uninstall on this
machine. Every other command but version and licenses talks to a running server: the one that BRIG_URL and BRIG_KEY
name, else the one of this machine, through the socket in its data folder.

Example:
  brig serve --data ./data --without-cgroups
`;

const commands: Commands = {
	serve: () => import("./serve.ts"),
	install: () => import("./install.ts"),
	uninstall: () => import("./uninstall.ts"),
	exec: () => import("./exec.ts"),
	fn: () => import("./fn.ts"),
	key: () => import("./key.ts"),
	namespace: () => import("./namespace.ts"),
	secret: () => import("./secret.ts"),
	executions: () => import("./executions.ts"),
	backup: () => import("./backup.ts"),
	restore: () => import("./restore.ts"),
	reload: () => import("./reload.ts"),
	doctor: () => import("./doctor.ts"),
	version: () => import("./version.ts"),
	licenses: () => import("./licenses.ts"),
};

/** Runs what the arguments name; the exit code: 0 done, 1 failed, 2 misused. */
export function main(args: string[]): Promise<number> {
	const [name, ...rest] = args;
	if (name === "help") return dispatch({ help, commands }, ["brig"], [...rest, "--help"]);
	if (name === "--version" || name === "-v")
		return dispatch({ help, commands }, ["brig"], ["version", ...rest]);
	return dispatch({ help, commands }, ["brig"], args);
}
