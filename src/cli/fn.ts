/** `brig fn`: the commands for hosted functions. @module */
import type { Commands } from "./dispatch.ts";

export const help = `brig fn: hosted functions.

  brig fn push FILE…|DIR…       register functions from their sources
  brig fn list [WORDS]          list them, or search
  brig fn show NAME             one function with its schema and source
  brig fn call NAME [JSON|-]    call one
  brig fn rm NAME               delete one

Example:
  brig fn push orders.get_orders.py
`;

export const commands: Commands = {
	push: () => import("./fn-push.ts"),
	list: () => import("./fn-list.ts"),
	show: () => import("./fn-show.ts"),
	call: () => import("./fn-call.ts"),
	rm: () => import("./fn-rm.ts"),
};
