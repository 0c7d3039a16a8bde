/** The settings as `brig serve` would read them now. @module */
import { existsSync } from "node:fs";
import { CONFIG_FILE, ConfigError } from "../config.ts";
import type { Check } from "./check.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

export const configuration: Check = {
	name: "configuration",
	run({ config }) {
		if (config instanceof ConfigError)
			return fail(config.message, `Mend it in ${CONFIG_FILE} or the environment (BRIG_…).`);
		return ok(
			existsSync(CONFIG_FILE) ? CONFIG_FILE : `the defaults and the environment; there is no ${CONFIG_FILE}`,
		);
	},
};

/** What a check says that needs settings when there are none. */
export const noSettings = (): Finding =>
	warn("not checked: the configuration is wrong", "Mend the configuration first.");
