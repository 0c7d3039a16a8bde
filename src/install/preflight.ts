/**
 * What must be right before install changes anything. Each fault is one sentence that says what to do.
 * @module
 */
import { Database } from "bun:sqlite";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import type { Config } from "../config.ts";
import { MACHINE } from "../doctor/checks.ts";
import { makeContext } from "../doctor/context.ts";
import { idRanges } from "../doctor/id-ranges.ts";
import { port } from "../doctor/port.ts";
import { runChecks } from "../doctor/run.ts";
import { systemd } from "../doctor/systemd.ts";
import { NEWEST_SCHEMA } from "../store/migrate.ts";
import { DATA, EXECUTABLE, LIBRARY } from "./paths.ts";
import { findUser } from "./user.ts";

/** Faults of the machine; empty when the service can be installed. `running` is true while the service holds its port. */
export async function preflight(config: Config, running: boolean): Promise<string[]> {
	return [...(await machineFaults(config, running)), ...readOnly(), ...(await foreignData()), ...newerData()];
}

/** What `brig doctor` finds of the machine; id ranges are taken where nobody's are. */
async function machineFaults(config: Config, running: boolean): Promise<string[]> {
	const context = makeContext(config, DATA);
	try {
		const checks = MACHINE.filter(({ name }) => name !== idRanges.name);
		const results = await runChecks(running ? checks : [...checks, port], context);
		return results
			.filter(({ name, status }) => status === "fail" || (name === systemd.name && status !== "ok"))
			.map(({ name, detail, remedy }) => `${name}: ${detail}. ${remedy ?? ""}`.trim());
	} finally {
		await context.close();
	}
}

function readOnly(): string[] {
	for (const path of [EXECUTABLE, LIBRARY, "/etc/systemd/system/brig.service"]) {
		let folder = path;
		do folder = folder.slice(0, folder.lastIndexOf("/")) || "/";
		while (!existsSync(folder));
		try {
			accessSync(folder, constants.W_OK);
		} catch {
			return [
				`${folder} can't be written to, and ${path} belongs there: mount it writable, then run this again.`,
			];
		}
	}
	return [];
}

/** A folder of root's, from a server started by hand, becomes the service's; anybody else's is left alone. */
async function foreignData(): Promise<string[]> {
	const owner = statSync(DATA, { throwIfNoEntry: false })?.uid;
	if (owner === undefined || owner === 0 || owner === (await findUser())?.uid) return [];
	return [
		`${DATA} belongs to the user id ${owner}: move it away, or give it to root (chown -R root: ${DATA}) if the service is to take it over.`,
	];
}

function newerData(): string[] {
	const file = `${DATA}/brig.db`;
	if (!existsSync(file)) return [];
	let version: number;
	try {
		using db = new Database(file, { readonly: true });
		({ user_version: version } = db.query("PRAGMA user_version").get() as { user_version: number });
	} catch (error) {
		return [
			`${file} can't be read as a database (${(error as Error).message}): restore a backup, or move it away.`,
		];
	}
	if (version <= NEWEST_SCHEMA) return [];
	return [
		`${file} was written by a newer Brig (schema ${version}, this one knows ${NEWEST_SCHEMA}): install that one or a newer one.`,
	];
}
