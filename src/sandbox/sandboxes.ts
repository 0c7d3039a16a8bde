/**
 * Where sandboxes come from. What runs in them is not known here.
 * @module
 */
import { existsSync, mkdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Language } from "../execution/result.ts";
import type { Cgroups } from "./cgroup.ts";
import { Jail, JailError } from "./jail.ts";
import { type JailParts, jailMounts, type Mount } from "./mounts.ts";
import { type JailLimits, nsjailConfig } from "./nsjail-config.ts";
import { type OuterIds, outerIds } from "./outer-ids.ts";

/** What a sandbox is asked for. */
export interface SandboxRequest {
	language: Language;
	limits: JailLimits;
	/** The largest value that it may send, in bytes. */
	bodyBytes: number;
	/** Most bytes kept of each of its output streams. */
	outputBytes: number;
}

/** Where the unpacked parts are, and what the host offers. */
export interface SandboxesOptions {
	parts: JailParts & { nsjail: string; policies: Record<Language, string> };
	/** A folder for generated configuration, emptied at start. */
	folder: string;
	cgroups: Cgroups;
	log: (event: string, fields: Record<string, string | number>) => void;
}

const PYTHON = "/usr/bin/python3";
const INIT = [PYTHON, "-I", "-S", "-B", "/brig/init.py"];
const RUNNERS: Record<Language, string[]> = {
	python: [...INIT, "python"],
	typescript: [...INIT, "exec", "/opt/brig", "__runner"],
};
/** nsjail's own clock is a backstop: the longest execution and some. */
const BACKSTOP_SECONDS = 600;
const START_MS = 10_000;
/** Starts in a row that fail before the server says that it is not healthy. */
const UNHEALTHY_AFTER = 1;

/** Makes jails, counts them, and ends them all. */
export class Sandboxes {
	readonly #ids: OuterIds = outerIds();
	readonly #starting = new Set<Promise<Jail>>();
	readonly #live = new Set<Jail>();
	readonly #configs = new Map<string, { file: string; mounts: Mount[] }>();
	readonly #hostNamespaces = hostNamespaces();
	#failures = 0;
	#serial = 0;
	#closed = false;

	constructor(private readonly options: SandboxesOptions) {
		rmSync(options.folder, { recursive: true, force: true });
		mkdirSync(options.folder, { recursive: true, mode: 0o700 });
	}

	/** False after a start that failed, until one succeeds. */
	get healthy(): boolean {
		return this.#failures < UNHEALTHY_AFTER;
	}

	/** Jails that live or start now. */
	get count(): number {
		return this.#live.size + this.#starting.size;
	}

	/** One fresh, attested jail, for one use. Throws JailError. The caller destroys it. */
	async lease(request: SandboxRequest): Promise<Jail> {
		if (this.#closed) throw new JailError("the server is stopping");
		const starting = this.#start(request);
		this.#starting.add(starting);
		try {
			const jail = await starting;
			this.#failures = 0;
			return jail;
		} catch (error) {
			this.#failures++;
			this.options.log("sandbox_failed", { reason: (error as Error).message });
			throw error;
		} finally {
			this.#starting.delete(starting);
		}
	}

	/** Ends every jail, also those that are starting. */
	async close(): Promise<void> {
		this.#closed = true;
		await Promise.allSettled(this.#starting);
		await Promise.all([...this.#live].map((jail) => jail.destroy()));
		rmSync(this.options.folder, { recursive: true, force: true });
	}

	async #start(request: SandboxRequest): Promise<Jail> {
		const { parts, cgroups } = this.options;
		const config = this.#config(request);
		const id = this.#ids.take();
		const outerUid = id ?? process.getuid?.() ?? 0;
		const outerGid = id ?? process.getgid?.() ?? 0;
		const group = cgroups.create(String(++this.#serial), request.limits);
		try {
			const jail = await Jail.start({
				command: [
					parts.nsjail,
					"-C",
					config.file,
					...["-u", `1000:${outerUid}:1`, "-g", `1000:${outerGid}:1`],
					...group.nsjailArguments,
					"--",
					...RUNNERS[request.language],
				],
				expected: {
					mounts: config.mounts,
					limits: request.limits,
					hostNamespaces: this.#hostNamespaces,
					outerUid,
					outerGid,
				},
				group,
				bodyBytes: request.bodyBytes,
				outputBytes: request.outputBytes,
				startMs: START_MS,
			});
			this.#live.add(jail);
			void jail.ended
				.then(() => jail.destroy())
				.then(() => {
					this.#ids.give(id);
					this.#live.delete(jail);
				});
			return jail;
		} catch (error) {
			this.#ids.give(id);
			throw error;
		}
	}

	/** One file for each kind of jail, written once: only ids and groups differ between two of a kind. */
	#config(request: SandboxRequest): { file: string; mounts: Mount[] } {
		const { language, limits } = request;
		const key = [language, ...Object.values(limits)].join("-");
		const known = this.#configs.get(key);
		if (known) return known;
		const { parts, cgroups, folder } = this.options;
		const mounts = jailMounts(language, parts, limits.scratch_mb, existsSync);
		const file = join(folder, `${key}.cfg`);
		const text = nsjailConfig({
			language,
			mounts,
			limits,
			policyFile: parts.policies[language],
			backstopSeconds: BACKSTOP_SECONDS,
			withoutCgroups: !cgroups.enabled,
		});
		writeFileSync(file, text, { mode: 0o600 });
		const config = { file, mounts };
		this.#configs.set(key, config);
		return config;
	}
}

/** The host's namespaces, which no jail may be in. */
function hostNamespaces(): Record<string, string> {
	const names = ["user", "mnt", "pid", "net", "ipc", "uts", "cgroup"];
	return Object.fromEntries(names.map((name) => [name, readlinkSync(`/proc/self/ns/${name}`)]));
}
