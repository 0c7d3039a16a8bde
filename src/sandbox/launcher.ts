/**
 * Starts nsjail with the configuration of one kind of jail. Nothing else spawns one.
 * @module
 */
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDiskFull } from "../errors.ts";
import type { Language } from "../result.ts";
import { NAMESPACES } from "./attest.ts";
import type { Cgroups } from "./cgroup.ts";
import { coreLimit } from "./core-limit.ts";
import { Jail } from "./jail.ts";
import { JailError } from "./jail-error.ts";
import { holdMountPoints } from "./mount-points.ts";
import { type JailParts, jailMounts, type Mount } from "./mounts.ts";
import { dataLimitMb, type JailLimits, nsjailConfig } from "./nsjail-config.ts";
import { type OuterIds, outerIds } from "./outer-ids.ts";
import { takeShortSlices } from "./slice.ts";

/** Where the unpacked parts are, and what the host offers. */
export interface LauncherOptions {
	parts: JailParts & { nsjail: string; policies: Record<Language, string> };
	/** A folder for generated configuration, emptied at start. */
	folder: string;
	cgroups: Cgroups;
}

const INIT = ["/usr/bin/python3", "-I", "-S", "-B", "/brig/init.py"];
const RUNNERS: Record<Language, string[]> = {
	python: [...INIT, "python"],
	typescript: [...INIT, "exec", "/opt/brig", "__runner"],
};
/** nsjail's own clock is a backstop: the longest wait in the pool, the longest execution, and some. */
const BACKSTOP_SECONDS = 1_000;
const START_MS = 10_000;

export class Launcher {
	readonly #ids: OuterIds = outerIds();
	readonly #configs = new Map<string, { file: string; mounts: Mount[] }>();
	readonly #hostNamespaces = hostNamespaces();
	readonly #releaseMountPoints: () => void;
	readonly #hostFilters = hostFilters();
	readonly #coreBytes = coreLimit();
	#serial = 0;

	constructor(private readonly options: LauncherOptions) {
		rmSync(options.folder, { recursive: true, force: true });
		mkdirSync(options.folder, { recursive: true, mode: 0o700 });
		this.#releaseMountPoints = holdMountPoints();
		takeShortSlices();
	}

	/** One fresh, attested jail. It is destroyed when it ends by itself. Throws JailError, MemoryTaken, MemoryBeyond. */
	async start(language: Language, limits: JailLimits, weight: number): Promise<Jail> {
		const { parts, cgroups } = this.options;
		const id = this.#ids.take();
		const outerUid = id ?? process.getuid?.() ?? 0;
		const outerGid = id ?? process.getgid?.() ?? 0;
		const ids = ["-u", `1000:${outerUid}:1`, "-g", `1000:${outerGid}:1`];
		try {
			const { file, mounts } = this.#config(language, limits);
			const group = cgroups.create(String(++this.#serial), limits, weight);
			const jail = await Jail.start({
				command: [parts.nsjail, "-C", file, ...ids, ...group.nsjailArguments, "--", ...RUNNERS[language]],
				expected: {
					mounts,
					sources: sourcesOf(mounts),
					limits,
					dataLimitMb: cgroups.enabled ? null : dataLimitMb(limits),
					coreBytes: this.#coreBytes,
					hostNamespaces: this.#hostNamespaces,
					hostFilters: this.#hostFilters,
					outerUid,
					outerGid,
					privileged: process.geteuid?.() === 0,
				},
				group,
				startMs: START_MS,
			});
			void jail.ended.then(() => jail.destroy()).then(() => this.#ids.give(id));
			return jail;
		} catch (error) {
			this.#ids.give(id);
			throw error;
		}
	}

	close(): void {
		rmSync(this.options.folder, { recursive: true, force: true });
		this.#releaseMountPoints();
	}

	/** One file for each kind of jail, written once: only ids and groups differ between two of a kind. */
	#config(language: Language, limits: JailLimits): { file: string; mounts: Mount[] } {
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
			coreBytes: this.#coreBytes,
		});
		try {
			writeFileSync(file, text, { mode: 0o600 });
		} catch (error) {
			throw new JailError(
				`the configuration of a sandbox can't be written: ${(error as Error).message}`,
				isDiskFull(error) ? `the disk under ${folder} is full: make room there` : null,
			);
		}
		const config = { file, mounts };
		this.#configs.set(key, config);
		return config;
	}
}

/** What is at the source of each mount now: `device:inode` by target. What is gone is left out. */
function sourcesOf(mounts: readonly Mount[]): Record<string, string> {
	return Object.fromEntries(
		mounts.flatMap((mount) => {
			if (mount.kind !== "bind") return [];
			const found = statSync(mount.source, { bigint: true, throwIfNoEntry: false });
			return found ? [[mount.target, `${found.dev}:${found.ino}`]] : [];
		}),
	);
}

/** The host's namespaces, which no jail may be in. */
function hostNamespaces(): Record<string, string> {
	return Object.fromEntries(NAMESPACES.map((kind) => [kind, readlinkSync(`/proc/self/ns/${kind}`)]));
}

/** How many filters of system calls this server has inherited; null where the kernel does not say. */
function hostFilters(): number | null {
	const count = /^Seccomp_filters:\s*(\d+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
	return count === undefined ? null : Number(count);
}
