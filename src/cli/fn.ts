/** `brig fn`: the commands for hosted functions. @module */
import type { Commands } from "./dispatch.ts";

export const help = `brig fn: hosted functions.

  brig fn push FILE…|DIR…       register functions from their sources
  brig fn list [WORDS]          list them, or search
  brig fn show NAME             one function with its schema and source
  brig fn call NAME [JSON|-]    call one
  brig fn versions NAME         every version, newest first
  brig fn diff NAME [OLD [NEW]] what changed between two
  brig fn rollback NAME VERSION a new version that copies an older one
  brig fn approve NAME          make a version active that waits for an admin
  brig fn lock|unlock NAME      refuse changes, allow them again
  brig fn rm NAME               delete one

Example:
  brig fn push orders.get_orders.py
`;

export const commands: Commands = {
	push: () => import("./fn-push.ts"),
	list: () => import("./fn-list.ts"),
	show: () => import("./fn-show.ts"),
	call: () => import("./fn-call.ts"),
	versions: () => import("./fn-versions.ts"),
	diff: () => import("./fn-diff.ts"),
	rollback: () => import("./fn-rollback.ts"),
	approve: () => import("./fn-approve.ts"),
	lock: () => import("./fn-lock.ts"),
	unlock: () => import("./fn-unlock.ts"),
	rm: () => import("./fn-rm.ts"),
};
