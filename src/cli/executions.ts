/** `brig executions`: the commands for the ledger. @module */
import type { Commands } from "./dispatch.ts";

export const help = `brig executions: what ran, and what it cost.

  brig executions [list]        the newest first
  brig executions show ID       one with its calls, and what its functions printed

\`brig executions list --help\` shows how to choose among them.

Example:
  brig executions --limit 10
`;

export const usual = "list";

export const commands: Commands = {
	list: () => import("./executions-list.ts"),
	show: () => import("./executions-show.ts"),
};
