/** `brig secret`: the commands for secrets. @module */
import type { Commands } from "./dispatch.ts";

export const help = `brig secret: values that only the functions see that declare them.

  brig secret set NAME    set one, or replace its value; the value comes from stdin or a prompt
  brig secret list        list them, without their values
  brig secret rm NAME     remove one

Example:
  brig secret set API_TOKEN < token.txt
`;

export const commands: Commands = {
	set: () => import("./secret-set.ts"),
	list: () => import("./secret-list.ts"),
	rm: () => import("./secret-rm.ts"),
};
