/** `brig namespace`: the commands for namespaces. @module */
import type { Commands } from "./dispatch.ts";

export const help = `brig namespace: namespaces, each with its own functions, keys and history.

  brig namespace create NAME    make one
  brig namespace list           list them
  brig namespace rm NAME        delete one with all that is in it

Example:
  brig namespace create staging
`;

export const commands: Commands = {
	create: () => import("./namespace-create.ts"),
	list: () => import("./namespace-list.ts"),
	rm: () => import("./namespace-rm.ts"),
};
