/**
 * What the checks look at: the settings, the data folder, the server that may run on it, sandboxes to try.
 * @module
 */
import { join, resolve } from "node:path";
import { type Config, ConfigError, dataFolder, defaultData, loadConfig } from "../config.ts";
import { ownSandboxes } from "./own-sandboxes.ts";
import type { Sandboxes } from "./sandboxes.ts";
import { serverSandboxes } from "./server-sandboxes.ts";
import { findServer, type Server } from "./server-state.ts";

export interface Context {
	/** What `brig serve` would read now, or why it would refuse. */
	readonly config: Config | ConfigError;
	/** An absolute path; nothing need be there. */
	readonly data: string;
	/** The server that runs on the data folder, asked once. */
	server(): Promise<Server>;
	/** Where programs can be tried: the running server's sandboxes, else some of our own. Rejects when there are none. */
	sandboxes(): Promise<Sandboxes>;
	/** Removes what was made for the checks. */
	close(): Promise<void>;
}

/** Settings from the command line, the environment and the file, as for `brig serve`. */
export function contextOf(flags: { data?: string | undefined }, env = process.env): Context {
	try {
		const config = loadConfig(flags, env);
		return makeContext(config, config.data);
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		return makeContext(error, flags.data ?? dataOf(env));
	}
}

/** For settings that are known already. */
export function makeContext(config: Config | ConfigError, folder: string): Context {
	const data = resolve(folder);
	let server: Promise<Server> | undefined;
	let sandboxes: Promise<Sandboxes> | undefined;
	const context: Context = {
		config,
		data,
		server() {
			server ??= findServer(join(data, "brig.sock"), join(data, "brig.pid"));
			return server;
		},
		sandboxes() {
			sandboxes ??= context
				.server()
				.then((found) => (found.kind === "up" ? serverSandboxes(found.socket) : ownSandboxes()));
			return sandboxes;
		},
		async close() {
			await (await sandboxes?.catch(() => undefined))?.close();
		},
	};
	return context;
}

/** The data folder, however wrong the settings are. */
function dataOf(env: NodeJS.ProcessEnv): string {
	try {
		const folder: unknown = dataFolder(env);
		if (typeof folder === "string") return folder;
	} catch {
		// The settings are a check of their own.
	}
	return defaultData();
}
