/**
 * The settings as flags, for `serve` and `install`.
 * @module
 */
import { SETTING_NAMES, type SettingName } from "../config.ts";

const SWITCHES: readonly SettingName[] = ["plain_http", "without_cgroups"];

/** What parseArgs takes: `--public-url URL` for `public_url`. */
export function settingOptions(without: readonly SettingName[] = []) {
	const names = SETTING_NAMES.filter((name) => !without.includes(name));
	return Object.fromEntries(
		names.map((name) => [
			name.replaceAll("_", "-"),
			{ type: SWITCHES.includes(name) ? ("boolean" as const) : ("string" as const) },
		]),
	);
}
