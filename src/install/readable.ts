/**
 * The files that settings name, as the service's user sees them.
 * @module
 */
import type { Config } from "../config.ts";
import { USER } from "./paths.ts";
import { ask } from "./programs.ts";

/** Homes are hidden from the service, whoever may read them. */
const HIDDEN = /^\/(root|home|run\/user|tmp|var\/tmp)\//;

/** Throws an Error for a file that the service could not read. */
export async function checkReadable({ tls_cert, tls_key, acme_ca }: Config): Promise<void> {
	for (const file of [tls_cert, tls_key, acme_ca]) {
		if (file === undefined) continue;
		if (!file.startsWith("/")) throw new Error(`The service needs the whole path of ${file}.`);
		const readable = await ask([
			"setpriv",
			`--reuid=${USER}`,
			`--regid=${USER}`,
			"--clear-groups",
			"test",
			"-r",
			file,
		]);
		if (readable.ok && !HIDDEN.test(file)) continue;
		throw new Error(
			`The service's user ${USER} can't read ${file}: put a copy into /etc/brig that belongs to ${USER} (install -o ${USER} -m 600 …), and name that.`,
		);
	}
}
