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
const Count = v.pipe(
	v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))]),
	v.integer(),
	v.minValue(1),
	v.maxValue(10_000),
);

const Warm = v.pipe(
	v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))]),
	v.integer(),
	v.minValue(0),
	v.maxValue(64),
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

const Settings = v.strictObject({
	listen: v.optional(
		v.pipe(
			v.string(),
			v.regex(/^(\[[0-9A-Fa-f:]+\]|[^\s:]+):\d{1,5}$/, "must be HOST:PORT, such as 127.0.0.1:8484"),
		),
		"127.0.0.1:8484",
	),
	data: v.optional(v.pipe(v.string(), v.minLength(1)), defaultData()),
	public_url: v.optional(v.pipe(v.string(), v.url("must be an address such as https://brig.example.com"))),
	plain_http: v.optional(Flag, false),
	without_cgroups: v.optional(Flag, false),
	/** Hosts that may have private addresses, for functions that declare them. */
	egress_private: v.optional(List, []),
	/** DNS servers for functions' hosts, instead of the machine's. */
	dns_servers: v.optional(List, []),
	concurrency: v.optional(Count),
	warm: v.optional(Warm, Math.max(2, availableParallelism())),
});

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

/** Reads every source. Throws ConfigError. */
export function loadConfig(
	flags: Record<string, string | boolean | undefined>,
	env: Record<string, string | undefined> = process.env,
	file = CONFIG_FILE,
): Config {
	const names = Object.keys(Settings.entries);
	const fromEnv = Object.fromEntries(
		names.flatMap((name) => {
			const value = env[`BRIG_${name.toUpperCase()}`];
			return value === undefined || value === "" ? [] : [[name, value]];
		}),
	);
	const fromFlags = Object.fromEntries(
		Object.entries(flags)
			.filter(([, value]) => value !== undefined)
			.map(([name, value]) => [name.replaceAll("-", "_"), value]),
	);
	const parsed = v.safeParse(Settings, { ...readFile(file), ...fromEnv, ...fromFlags });
	if (!parsed.success) {
		const [issue] = parsed.issues;
		const name = v.getDotPath(issue) ?? "a setting";
		throw new ConfigError(
			`The setting ${name} (--${name.replaceAll("_", "-")}, BRIG_${name.toUpperCase()}) is wrong: ${issue.message}`,
		);
	}
	const config = parsed.output;
	const colon = config.listen.lastIndexOf(":");
	const host = config.listen.slice(0, colon).replace(/^\[|\]$/g, "");
	const port = Number(config.listen.slice(colon + 1));
	if (port > 65_535) throw new ConfigError(`The setting listen is wrong: there is no port ${port}.`);
	if (!isLoopback(host) && !config.plain_http) {
		throw new ConfigError(
			`Listening on ${host}, which is not loopback, needs --plain-http: keys would cross the network in the clear unless a proxy of yours adds TLS.`,
		);
	}
	return Object.freeze({ ...config, host, port });
}

/** The data folder alone, for the clients of the local socket. */
export function dataFolder(env: Record<string, string | undefined> = process.env): string {
	return env.BRIG_DATA || (readFile(CONFIG_FILE).data as string | undefined) || defaultData();
}

export function isLoopback(host: string): boolean {
	return host === "localhost" || host === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function readFile(file: string): Record<string, unknown> {
	if (!existsSync(file)) return {};
	let text: string;
	try {
		text = readFileSync(file, "utf8");
	} catch (error) {
		throw new ConfigError(`${file} can't be read: ${(error as Error).message}`);
	}
	try {
		return Bun.TOML.parse(text) as Record<string, unknown>;
	} catch (error) {
		throw new ConfigError(`${file} is not TOML: ${(error as Error).message}`);
	}
}
