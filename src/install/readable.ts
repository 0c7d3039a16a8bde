/**
 * The files that settings name, as the service's user sees them.
 * @module
 */
import { chmodSync, chownSync, lstatSync } from "node:fs";
import { dirname } from "node:path";
import type { Config } from "../config.ts";
import type { Changes } from "./changes.ts";
import { SETTINGS_FOLDER, USER } from "./paths.ts";
import { ask } from "./programs.ts";

/** Homes are hidden from the service, whoever may read them. */
const HIDDEN = /^\/(root|home|run\/user|tmp|var\/tmp)\//;
const GROUP_READS = 0o640;

/**
 * Gives the service's group to files of root's in /etc/brig that only root may read. Throws an Error for a file that
 * the service could still not read.
 */
export async function makeReadable(config: Config, gid: number, changes: Changes): Promise<void> {
	const { tls_cert, tls_key, acme_ca } = config;
	for (const [name, file] of Object.entries({ cert: tls_cert, key: tls_key, ca: acme_ca })) {
		if (file === undefined) continue;
		if (!file.startsWith("/")) throw new Error(`The service needs the whole path of ${file}.`);
		if (await isReadable(file)) continue;
		if (dirname(file) === SETTINGS_FOLDER) giveToGroup(file, gid, changes);
		if (await isReadable(file)) continue;
		const copy = `${SETTINGS_FOLDER}/${name}.pem`;
		throw new Error(
			`The service's user ${USER} can't read ${file}: put a copy into ${SETTINGS_FOLDER} (install -D -m 600 ${file} ${copy}), and name that. Install sees to it that ${USER} can read what is there.`,
		);
	}
}

async function isReadable(file: string): Promise<boolean> {
	if (HIDDEN.test(file)) return false;
	const as = ["setpriv", `--reuid=${USER}`, `--regid=${USER}`, "--clear-groups"];
	return (await ask([...as, "test", "-r", file])).ok;
}

function giveToGroup(file: string, gid: number, changes: Changes): void {
	const before = lstatSync(file, { throwIfNoEntry: false });
	if (!before?.isFile() || before.uid !== 0 || before.nlink !== 1) return;
	changes.add(file, () => {
		chownSync(file, before.uid, before.gid);
		chmodSync(file, before.mode & 0o7777);
	});
	chownSync(file, 0, gid);
	chmodSync(file, GROUP_READS);
}
