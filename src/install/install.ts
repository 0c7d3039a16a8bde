/**
 * `brig install`: this executable becomes a service, or the service becomes this executable. Whatever fails, the
 * machine is left as it was, with the earlier version running if one ran.
 * @module
 */
import { existsSync, readFileSync, readlinkSync, renameSync, rmSync } from "node:fs";
import { type Config, loadConfig, type SettingName } from "../config.ts";
import { removeOlder } from "../sandbox/parts.ts";
import { Changes } from "./changes.ts";
import { keepDatabase, returnToKept } from "./database-copy.ts";
import { placeProfile, placeUnit, placeWrapper } from "./files.ts";
import { firstKeys } from "./first-keys.ts";
import { alone } from "./one-at-a-time.ts";
import * as paths from "./paths.ts";
import { allowPort, lowestPort, portStart } from "./port.ts";
import { preflight } from "./preflight.ts";
import { ask, run } from "./programs.ts";
import { makeReadable } from "./readable.ts";
import { readRecord } from "./record.ts";
import { isActive, isHealthy, startHealthy, stop } from "./service.ts";
import { changeSettings, settingsFile } from "./settings-file.ts";
import { request } from "./socket.ts";
import { ensureRange, ensureUser, findUser } from "./user.ts";

/** There where the kernel has IPv6 (`man 5 proc`); what listens on all of it takes IPv4 too. */
const INTERFACES = "/proc/net/if_inet6";

export type Given = Partial<Record<SettingName, string | boolean>>;

/** What became of it. */
export interface Outcome {
	config: Config;
	/** How clients call it. */
	url: string;
	/** The version before, null when there was none. */
	before: string | null;
	/** False when everything was in place and the service ran. */
	changed: boolean;
	keys: { admin: string; run: string } | null;
}

/** Installs or upgrades. `say` hears of each step, and must not throw. Throws an Error after everything is as it was. */
export async function install(given: Given, say: (step: string) => void): Promise<Outcome> {
	const active = await isActive();
	const settings = settingsText({ data: paths.DATA, ...given, ...httpsAddress(given) });
	const config = readSettings(settings);
	const faults = await preflight(config, active);
	if (faults.length > 0) throw new Error(faults.join("\n"));
	alone();
	const before = await versionInPlace();
	const changes = new Changes();
	const interrupted = interruption();
	const cutOff = await wasCutOff();
	try {
		const placing = { active, cutOff, changes, say, check: interrupted.check };
		const changed = await place(settings, config, placing);
		await Promise.race([startHealthy(), interrupted.promise]);
		const { public_url: url } = await request<{ public_url: string }>("GET", "/v1/status");
		const keys = await firstKeys();
		rmSync(paths.PREVIOUS, { force: true });
		removeOlder(paths.LIBRARY, `${paths.LIBRARY}/${readlinkSync(paths.WRAPPER)}`);
		return { config, url, before, changed, keys };
	} catch (error) {
		say("that failed: putting everything back");
		await ask(["systemctl", "stop", paths.SERVICE]);
		const failures = await changes.undo();
		const again = active || cutOff ? await startAgain() : [];
		const aside =
			cutOff && existsSync(paths.FAILED_UPGRADE)
				? [`What the version of the interrupted upgrade has written is in ${paths.FAILED_UPGRADE}.`]
				: [];
		throw new Error([(error as Error).message, ...failures, ...again, ...aside].join("\n"));
	} finally {
		interrupted.end();
	}
}

/** By its own word; null when none is there that runs. */
async function versionInPlace(): Promise<string | null> {
	const { stdout } = await ask([paths.EXECUTABLE, "version"]);
	return /^brig (\S+) /.exec(stdout)?.[1] ?? null;
}

/** True after an upgrade that came to neither end: what it kept is what to go back to. */
async function wasCutOff(): Promise<boolean> {
	if (!existsSync(paths.PREVIOUS)) return false;
	if (!same(paths.PREVIOUS, paths.EXECUTABLE) && !(await isHealthy())) return true;
	rmSync(paths.PREVIOUS);
	return false;
}

interface Placing {
	active: boolean;
	/** What an interrupted upgrade kept is there. */
	cutOff: boolean;
	changes: Changes;
	say: (step: string) => void;
	check: () => void;
}

/** Every file in its place, the service stopped if it is to become another; true when anything was not in place. */
async function place(
	settings: string,
	config: Config,
	{ active, cutOff, changes, say, check }: Placing,
): Promise<boolean> {
	const record = readRecord();
	// systemd makes it at the first start.
	if (!existsSync(paths.DATA))
		changes.add(paths.DATA, () => rmSync(paths.DATA, { recursive: true, force: true }));
	const installed = {
		user_made: record?.user_made ?? (await findUser()) === null,
		port_start_before: record?.port_start_before ?? portStart(),
	};
	// Before anything else: an install that is killed must not forget what was not there before it.
	changes.folder(paths.SETTINGS_FOLDER, 0o755);
	changes.file(paths.RECORD, `${JSON.stringify(installed, null, "\t")}\n`, 0o644);
	const user = await ensureUser(changes);
	if (user.made) say(`made the system user ${paths.USER}`);
	await makeReadable(config, user.gid, changes);
	const start = ensureRange(changes);
	check();
	const news = [
		await placeWrapper({ uid: user.uid, gid: user.gid, start }, changes),
		placeSettings(settings, changes),
		await placeUnit(changes),
		!same(process.execPath, paths.EXECUTABLE),
	];
	await placeProfile(changes);
	const lowest = lowestPort(config);
	if (allowPort(lowest, installed.port_start_before, changes))
		say(`ports from ${lowest} on need no privilege now (${paths.SYSCTL})`);
	check();
	const changed = news.includes(true);
	if (changed && active) {
		say("stopping the service: what runs has ten seconds");
		await stop();
	}
	if (cutOff) returnToKept(changes);
	else if (changed) await keepDatabase(changes);
	if (news[3]) {
		changes.folder("/usr/local/bin", 0o755);
		changes.copy(process.execPath, paths.EXECUTABLE, paths.PREVIOUS, 0o755);
	} else if (cutOff) changes.add(paths.EXECUTABLE, () => renameSync(paths.PREVIOUS, paths.EXECUTABLE));
	await enable(changes);
	check();
	say("starting the service");
	return changed;
}

function settingsText(given: Given): string {
	if (!existsSync(paths.SETTINGS)) return settingsFile(given);
	return changeSettings(readFileSync(paths.SETTINGS, "utf8"), given);
}

/** With HTTPS the address is the usual one, unless another was chosen now or before. */
function httpsAddress(given: Given): Given {
	if (given.listen !== undefined || (given.acme === undefined && given.tls_cert === undefined)) return {};
	const before = existsSync(paths.SETTINGS) ? Bun.TOML.parse(readFileSync(paths.SETTINGS, "utf8")) : {};
	return "listen" in before ? {} : { listen: existsSync(INTERFACES) ? "[::]:443" : "0.0.0.0:443" };
}

/** What the service would read from that text. Throws ConfigError. */
function readSettings(text: string): Config {
	return loadConfig({}, {}, paths.SETTINGS, text);
}

/** The service's user reads it; it holds no secret. */
function placeSettings(text: string, changes: Changes): boolean {
	return changes.file(paths.SETTINGS, text, 0o644);
}

async function enable(changes: Changes): Promise<void> {
	if ((await ask(["systemctl", "is-enabled", paths.SERVICE])).ok) return;
	changes.add("the service's place in the boot", async () => {
		await ask(["systemctl", "disable", paths.SERVICE]);
	});
	await run(["systemctl", "enable", "--quiet", paths.SERVICE]);
}

function same(one: string, other: string): boolean {
	if (!existsSync(other)) return false;
	const hash = (file: string) => new Bun.CryptoHasher("sha256").update(readFileSync(file)).digest("hex");
	return hash(one) === hash(other);
}

async function startAgain(): Promise<string[]> {
	try {
		await startHealthy();
		return ["The version before runs again, with its database as it was."];
	} catch (error) {
		return [`The version before is back in its place but does not start: ${(error as Error).message}`];
	}
}

/** SIGINT and SIGTERM end the work at its next step, and then it is undone. */
function interruption() {
	let fire: (error: Error) => void = () => {};
	let stopped: Error | null = null;
	const promise = new Promise<never>((_, reject) => {
		fire = reject;
	});
	promise.catch(() => {});
	const onSignal = (signal: string) => {
		stopped = new Error(`Interrupted by ${signal}.`);
		fire(stopped);
	};
	const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
	for (const signal of signals) process.on(signal, onSignal);
	return {
		promise,
		check() {
			if (stopped) throw stopped;
		},
		end() {
			for (const signal of signals) process.off(signal, onSignal);
		},
	};
}
