/** `brig key`: the commands for keys. @module */
import type { Commands } from "./dispatch.ts";

export const help = `brig key: keys for clients.

  brig key create --name NAME [--scope run[,write,admin]]    make one; its text is shown once
  brig key list                                              list them, without their texts
  brig key revoke ID                                         revoke one

Example:
  brig key create --name laptop --scope run --namespace default
`;

export const commands: Commands = {
	create: () => import("./key-create.ts"),
	list: () => import("./key-list.ts"),
	revoke: () => import("./key-revoke.ts"),
};
