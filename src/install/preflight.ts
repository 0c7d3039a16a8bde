/**
 * What must be right before install changes anything. Each fault is one sentence that says what to do.
 * @module
 */
import { Database } from "bun:sqlite";
import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import type { Config } from "../config.ts";
import { NEWEST_SCHEMA } from "../store/migrate.ts";
import { DATA, EXECUTABLE, LIBRARY } from "./paths.ts";
import { ask } from "./programs.ts";
import { findUser } from "./user.ts";

const CGROUPS = "/sys/fs/cgroup/cgroup.controllers";
const LEAST_PYTHON = [3, 11] as const;

/** Faults of the machine; empty when the service can be installed. `running` is true while the service holds its port. */
export async function preflight(config: Config, running: boolean): Promise<string[]> {
	return [
		...noSystemd(),
		...noControlGroups(),
		...noUserNamespaces(),
		...(await noPython()),
		...readOnly(),
		...(await foreignData()),
		...newerData(),
		...(running ? [] : portTaken(config)),
	];
}

function noSystemd(): string[] {
	if (existsSync("/run/systemd/system")) return [];
	return [
		"This machine was not booted with systemd, which runs the service: start `brig serve` by what you have instead, in a delegated control group.",
	];
}

function noControlGroups(): string[] {
	const have = existsSync(CGROUPS) ? readFileSync(CGROUPS, "utf8").trim().split(" ") : null;
	const missing = ["cpu", "memory", "pids"].filter((name) => !have?.includes(name));
	if (missing.length === 0) return [];
	const lacks = have ? `no controller ${missing.join(", ")}` : "no cgroup v2";
	return [
		`There is ${lacks} at /sys/fs/cgroup, so sandboxes could not be bounded: boot with the kernel parameters systemd.unified_cgroup_hierarchy=1 cgroup_enable=memory.`,
	];
}

function noUserNamespaces(): string[] {
	const limit = "/proc/sys/user/max_user_namespaces";
	if (existsSync("/proc/self/ns/user") && existsSync(limit) && Number(readFileSync(limit, "utf8")) > 0)
		return [];
	return [
		"The kernel gives no user namespaces, which every sandbox is made of: set user.max_user_namespaces=15000 in a file of /etc/sysctl.d and run `sysctl --system`.",
	];
}

async function noPython(): Promise<string[]> {
	const remedy =
		"Install Python 3.11 or newer as /usr/bin/python3 (on Debian 12 and newer: apt-get install python3).";
	if (!existsSync("/usr/bin/python3")) return [`There is no /usr/bin/python3. ${remedy}`];
	const said = await ask([
		"/usr/bin/python3",
		"-I",
		"-S",
		"-c",
		"import sys; print(*sys.version_info[:2])",
	]).catch(() => null);
	const [major = 0, minor = 0] = said?.ok ? said.stdout.split(" ").map(Number) : [];
	if (!said?.ok) return [`/usr/bin/python3 does not work. ${remedy}`];
	const old = major < LEAST_PYTHON[0] || (major === LEAST_PYTHON[0] && minor < LEAST_PYTHON[1]);
	return old ? [`/usr/bin/python3 is Python ${major}.${minor}. ${remedy}`] : [];
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

function portTaken({ host, port, listen }: Config): string[] {
	try {
		Bun.listen({ hostname: host, port, socket: { data() {} } }).stop(true);
		return [];
	} catch (error) {
		return [
			`Nothing can listen on ${listen} (${(error as Error).message}): stop what uses it (\`ss -tlnp\` shows it), or choose another address with --listen.`,
		];
	}
}
