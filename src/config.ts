/**
 * What the operator decides: flag before environment before file before default.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, homedir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";

/** The machine's settings. */
export const CONFIG_FILE = "/etc/brig/brig.toml";

const Flag = v.pipe(
	v.union([v.boolean(), v.picklist(["true", "false", "1", "0", ""])]),
	v.transform((value) => value === true || value === "true" || value === "1"),
);
/** A whole number between two, as a number or in digits. */
const whole = (least: number, most: number) =>
	v.pipe(
		v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))]),
		v.integer(),
		v.minValue(least),
		v.maxValue(most),
	);

/** A list in the file, words between commas elsewhere. */
const Words = v.pipe(
	v.string(),
	v.transform((text) =>
		text
			.split(",")
			.map((word) => word.trim())
			.filter((word) => word !== ""),
	),
);
const List = v.union([v.array(v.string()), Words]);

const Path = v.pipe(v.string(), v.minLength(1));

/** Where to listen, as written; its parts are taken by `splitAddress`. */
const Address = v.pipe(
	v.string(),
	v.regex(/^(\[[0-9A-Fa-f:]+\]|[^\s:]+):\d{1,5}$/, "must be HOST:PORT, such as 127.0.0.1:8484"),
);

const LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
/** A name that a public authority may certify; other alphabets in their `xn--` form. */
const Domain = v.pipe(
	v.string(),
	v.toLowerCase(),
	v.maxLength(253),
	v.regex(
		new RegExp(`^(${LABEL}\\.)+(?=[a-z])${LABEL}$`),
		"must be one domain name, such as brig.example.com",
	),
);

const Settings = v.strictObject({
	listen: v.optional(Address, "127.0.0.1:8484"),
	data: v.optional(Path, defaultData()),
	public_url: v.optional(v.pipe(v.string(), v.url("must be an address such as https://brig.example.com"))),
	plain_http: v.optional(Flag, false),
	/** The certificate with its chain, and its key: PEM files. */
	tls_cert: v.optional(Path),
	tls_key: v.optional(Path),
	/** The domain that a certificate is obtained and renewed for. */
	acme: v.optional(Domain),
	acme_directory: v.optional(
		v.pipe(v.string(), v.url(), v.startsWith("https://", "must be an https:// address")),
	),
	/** Where the authority may write about the account. */
	acme_email: v.optional(
		v.pipe(v.string(), v.maxLength(254), v.email("must be an address such as me@example.com")),
	),
	/** The root certificates that the directory itself is checked with, for an authority of one's own. */
	acme_ca: v.optional(Path),
	/** Where the authority's check is answered while it lasts; port 80 of every address when absent. */
	acme_http_listen: v.optional(Address),
	without_cgroups: v.optional(Flag, false),
	/** Hosts that may have private addresses, for functions that declare them. */
	egress_private: v.optional(List, []),
	/** DNS servers for functions' hosts, instead of the machine's. */
	dns_servers: v.optional(List, []),
	concurrency: v.optional(whole(1, 10_000)),
	warm: v.optional(whole(0, 64), Math.max(2, availableParallelism())),
	/** How long and how much of what ran is kept; the oldest goes first. */
	ledger_days: v.optional(whole(1, 36_500), 30),
	ledger_mb: v.optional(whole(1, 1_048_576), 512),
});

export type SettingName = keyof typeof Settings.entries;
/** Every setting, in the order in which they are shown. */
export const SETTING_NAMES = Object.keys(Settings.entries) as SettingName[];

export type Config = Readonly<v.InferOutput<typeof Settings>> & {
	readonly host: string;
	readonly port: number;
};

/** A setting is wrong. The message is one sentence that names it. */
export class ConfigError extends Error {
	override readonly name = "ConfigError";
}

/** Where data is when nobody says. */
export function defaultData(): string {
	return process.getuid?.() === 0 ? "/var/lib/brig" : join(homedir(), ".local/share/brig");
}

/** Reads every source; `text` is what `file` holds. Throws ConfigError. */
export function loadConfig(
	flags: Record<string, string | boolean | undefined>,
	env: Record<string, string | undefined> = process.env,
	file = CONFIG_FILE,
	text = readText(file),
): Config {
	const fromEnv = Object.fromEntries(
		SETTING_NAMES.flatMap((name) => {
			const value = env[`BRIG_${name.toUpperCase()}`];
			return value === undefined || value === "" ? [] : [[name, value]];
		}),
	);
	const fromFlags = Object.fromEntries(
		Object.entries(flags)
			.filter(([, value]) => value !== undefined)
			.map(([name, value]) => [name.replaceAll("-", "_"), value]),
	);
	const parsed = v.safeParse(Settings, { ...parseFile(file, text), ...fromEnv, ...fromFlags });
	if (!parsed.success) {
		const [issue] = parsed.issues;
		const name = v.getDotPath(issue) ?? "a setting";
		throw new ConfigError(
			`The setting ${name} (--${name.replaceAll("_", "-")}, BRIG_${name.toUpperCase()}) is wrong: ${issue.message}`,
		);
	}
	const config = parsed.output;
	const { host, port } = splitAddress(config.listen, "listen");
	if (config.acme_http_listen) splitAddress(config.acme_http_listen, "acme_http_listen");
	checkTogether(config);
	if (!isLoopback(host) && !config.plain_http && !config.tls_cert && !config.acme) {
		throw new ConfigError(
			`Listening on ${host}, which is not loopback, needs TLS (--tls-cert and --tls-key, or --acme DOMAIN) or --plain-http: keys would cross the network in the clear unless a proxy of yours adds TLS.`,
		);
	}
	return Object.freeze({ ...config, host, port });
}

/** The parts of HOST:PORT, the host without brackets. Throws ConfigError that names the setting. */
export function splitAddress(address: string, setting: string): { host: string; port: number } {
	const colon = address.lastIndexOf(":");
	const port = Number(address.slice(colon + 1));
	if (port > 65_535) throw new ConfigError(`The setting ${setting} is wrong: there is no port ${port}.`);
	return { host: address.slice(0, colon).replace(/^\[|\]$/g, ""), port };
}

/** Settings of HTTPS that mean nothing alone or beside each other. Throws ConfigError. */
function checkTogether(config: v.InferOutput<typeof Settings>): void {
	if ((config.tls_cert === undefined) !== (config.tls_key === undefined)) {
		const [there, missing] = config.tls_cert ? ["tls_cert", "tls_key"] : ["tls_key", "tls_cert"];
		throw new ConfigError(
			`The setting ${there} needs ${missing} (--${missing.replace("_", "-")} FILE) beside it.`,
		);
	}
	if (config.tls_cert && config.acme)
		throw new ConfigError(
			"The settings tls_cert and acme exclude each other: a certificate comes from files or from an authority.",
		);
	for (const name of ["acme_directory", "acme_email", "acme_ca", "acme_http_listen"] as const) {
		if (config[name] !== undefined && !config.acme)
			throw new ConfigError(`The setting ${name} needs acme (--acme DOMAIN) beside it.`);
	}
}

/** The data folder alone, for the clients of the local socket. */
export function dataFolder(env: Record<string, string | undefined> = process.env): string {
	return (
		env.BRIG_DATA ||
		(parseFile(CONFIG_FILE, readText(CONFIG_FILE)).data as string | undefined) ||
		defaultData()
	);
}

export function isLoopback(host: string): boolean {
	return host === "localhost" || host === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** The text of a file; empty when there is none. */
function readText(file: string): string {
	if (!existsSync(file)) return "";
	try {
		return readFileSync(file, "utf8");
	} catch (error) {
		throw new ConfigError(`${file} can't be read: ${(error as Error).message}`);
	}
}

function parseFile(file: string, text: string): Record<string, unknown> {
	try {
		return Bun.TOML.parse(text) as Record<string, unknown>;
	} catch (error) {
		throw new ConfigError(`${file} is not TOML: ${(error as Error).message}`);
	}
}
