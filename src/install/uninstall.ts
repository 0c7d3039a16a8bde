/**
 * `brig uninstall`: everything that install made goes; data, settings and the user that owns them only with `purge`.
 * @module
 */
import { existsSync, rmdirSync, rmSync } from "node:fs";
import { Changes } from "./changes.ts";
import { alone } from "./one-at-a-time.ts";
import * as paths from "./paths.ts";
import { restorePort } from "./port.ts";
import { ask, run } from "./programs.ts";
import { readRecord } from "./record.ts";
import { stop } from "./service.ts";
import { findUser, removeRange } from "./user.ts";

/** True when there is anything to remove. */
export function isInstalled(): boolean {
	return [paths.UNIT, paths.EXECUTABLE, paths.LIBRARY].some((path) => existsSync(path));
}

/** Removes the service; `say` hears what is gone. Throws an Error when a step fails: it can be run again. */
export async function uninstall(purge: boolean, say: (step: string) => void): Promise<void> {
	alone();
	const record = readRecord();
	if (existsSync(paths.UNIT)) {
		say("stopping the service: what runs has ten seconds");
		await stop();
		await ask(["systemctl", "disable", "--quiet", paths.SERVICE]);
		rmSync(paths.UNIT);
		await run(["systemctl", "daemon-reload"]);
		await ask(["systemctl", "reset-failed", paths.SERVICE]);
	}
	if (existsSync(paths.APPARMOR)) {
		await ask(["apparmor_parser", "--remove", paths.APPARMOR]);
		rmSync(paths.APPARMOR);
	}
	if (existsSync(paths.SYSCTL)) {
		rmSync(paths.SYSCTL);
		if (record) restorePort(record.port_start_before);
	}
	if (purge) await removeData(record?.user_made === true, say);
	rmSync(paths.EXECUTABLE, { force: true });
	rmSync(paths.LIBRARY, { recursive: true, force: true });
	say(`removed ${paths.EXECUTABLE}, ${paths.LIBRARY} and ${paths.UNIT}`);
}

async function removeData(madeUser: boolean, say: (step: string) => void): Promise<void> {
	rmSync(paths.DATA, { recursive: true, force: true });
	rmSync(paths.SETTINGS, { force: true });
	removeRange(new Changes());
	if (madeUser && (await findUser())) await run(["userdel", paths.USER]);
	// The last to go: it says whether the user was there before.
	rmSync(paths.RECORD, { force: true });
	if (existsSync(paths.SETTINGS_FOLDER)) {
		try {
			rmdirSync(paths.SETTINGS_FOLDER);
		} catch {
			say(`${paths.SETTINGS_FOLDER} stays: it holds files that are not brig's`);
		}
	}
	say(`removed ${paths.DATA}, ${paths.SETTINGS} and the user ${paths.USER}`);
}
