/**
 * Settings read again while the server runs: what can change at once does, and the rest is named.
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { type Config, SETTING_NAMES, type SettingName } from "./config.ts";

export interface Reloaded {
	/** What is in force now and was not before. */
	changed: SettingName[];
	/** What is set otherwise than it is in force, until a restart. */
	needs_restart: SettingName[];
}

/** Prepares a change of its settings, and gives what puts it in force. Throws ConfigError before anything has changed. */
export type Change = (config: Config) => () => void;

/**
 * Reloads whenever it is called; throws ConfigError for settings that are wrong, and then nothing has changed.
 * @param read reads every source again
 * @param changes what can change while it runs
 */
export function reloader(
	started: Config,
	read: () => Config,
	changes: readonly { settings: readonly SettingName[]; change: Change }[],
): () => Reloaded {
	let inForce = started;
	return () => {
		const next = read();
		const differ = SETTING_NAMES.filter((name) => !isDeepStrictEqual(next[name], inForce[name]));
		const live = changes.filter(({ settings }) => settings.some((name) => differ.includes(name)));
		const commits = live.map(({ change }) => change(next));
		for (const commit of commits) commit();
		const able = changes.flatMap(({ settings }) => settings);
		const changed = differ.filter((name) => able.includes(name));
		inForce = { ...inForce, ...Object.fromEntries(changed.map((name) => [name, next[name]])) };
		return { changed, needs_restart: differ.filter((name) => !able.includes(name)) };
	};
}
