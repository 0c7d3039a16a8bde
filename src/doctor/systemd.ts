/** Whether systemd runs this machine (sd_booted(3)). @module */
import { existsSync } from "node:fs";
import type { Check } from "./check.ts";
import { ok, warn } from "./finding.ts";

export const systemd: Check = {
	name: "systemd",
	run: () =>
		existsSync("/run/systemd/system")
			? ok("it runs this machine")
			: warn(
					"systemd does not run this machine",
					"`brig install` needs it. Without it, start `brig serve` as root in a control group that is delegated to it.",
				),
};
