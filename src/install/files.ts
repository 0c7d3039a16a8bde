/**
 * The files of the service: what the executable carries, put in its places with this machine's numbers.
 * @module
 */
import { existsSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { ID_COUNT } from "../sandbox/outer-ids.ts";
import { embeddedText, unpack } from "../sandbox/parts.ts";
import type { Changes } from "./changes.ts";
import { APPARMOR, APPARMOR_ABI, LIBRARY, UNIT, WRAPPER, WRAPPER_CONFIG } from "./paths.ts";
import { ask, run } from "./programs.ts";
import type { Ids } from "./user.ts";

/** nsjail for the wrapper, owned by root, and the wrapper's configuration; true when anything is new. */
export async function placeWrapper(ids: Ids, changes: Changes): Promise<boolean> {
	changes.folder(LIBRARY, 0o755);
	const home = await unpackOnce(changes);
	changes.link(WRAPPER, basename(home));
	const numbers = { UID: ids.uid, GID: ids.gid, START: ids.start, COUNT: ID_COUNT };
	const template = await embeddedText("systemd/outer-namespace.cfg");
	const text = Object.entries(numbers).reduce(
		(done, [name, value]) => done.replaceAll(`@${name}@`, String(value)),
		template,
	);
	return changes.file(WRAPPER_CONFIG, text, 0o644);
}

async function unpackOnce(changes: Changes): Promise<string> {
	let known = true;
	const home = await unpack(LIBRARY, () => {
		known = false;
	});
	if (!known) changes.add(home, () => rmSync(home, { recursive: true, force: true }));
	return home;
}

/** The unit; true when it is new or differs. systemd is told. */
export async function placeUnit(changes: Changes): Promise<boolean> {
	changes.add("systemd's units", async () => {
		await ask(["systemctl", "daemon-reload"]);
	});
	const changed = changes.file(UNIT, await embeddedText("systemd/brig.service"), 0o644);
	if (changed) await run(["systemctl", "daemon-reload"]);
	return changed;
}

/** The AppArmor profile where AppArmor could take user namespaces away. Loaded where AppArmor runs. */
export async function placeProfile(changes: Changes): Promise<void> {
	if (!existsSync(APPARMOR_ABI)) return;
	const changed = changes.file(APPARMOR, await embeddedText("systemd/brig.apparmor"), 0o644);
	if (!changed || !existsSync("/sys/kernel/security/apparmor/profiles")) return;
	changes.add("AppArmor's profile", async () => {
		await ask(["apparmor_parser", "--remove", APPARMOR]);
	});
	await run(["apparmor_parser", "--replace", APPARMOR]);
}
