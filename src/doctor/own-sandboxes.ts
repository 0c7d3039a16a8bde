/**
 * Sandboxes as `brig serve` starts them, attested the same, in a temporary folder: for when no server runs.
 * @module
 */
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDataFolder, unwalkable } from "../data-folder.ts";
import { readMessage } from "../execution/messages.ts";
import { DEFAULT_JAIL_LIMITS } from "../execution/own-limits.ts";
import { JSON_DEPTH, LIMITS } from "../limits.ts";
import type { Jail } from "../sandbox/jail.ts";
import { JailError } from "../sandbox/jail-error.ts";
import { Launcher } from "../sandbox/launcher.ts";
import { canMapIds } from "../sandbox/outer-ids.ts";
import { unpackParts } from "../sandbox/parts.ts";
import { WAITING_WEIGHT } from "../sandbox/shares.ts";
import { reasonOf } from "./finding.ts";
import { ownCgroups } from "./own-cgroups.ts";
import type { Ran, Sandboxes } from "./sandboxes.ts";
import { tryPython } from "./try-python.ts";

const PROGRAM_MS = 10_000;

/** Unpacks what jails need. Rejects with one sentence when that can't be done; then nothing is left. */
export async function ownSandboxes(): Promise<Sandboxes> {
	const python = await tryPython(new AbortController().signal);
	// One that hangs would make every start hang.
	if (python.status === "fail") throw new Error(python.detail);
	const top = makeFolder();
	try {
		const folder = openDataFolder(top);
		const parts = await unpackParts(folder.bin);
		const { cgroups, note } = ownCgroups();
		const launcher = new Launcher({
			parts: { ...parts, executable: folder.executable },
			folder: folder.run,
			cgroups,
		});
		const running = new Set<Promise<Ran>>();
		return {
			measured: `to start one, ${note}${canMapIds() ? "" : ", under this user's own id"}`,
			run(language, code, signal) {
				const run = start(launcher, language, code, signal);
				running.add(run);
				return run;
			},
			async close() {
				await Promise.allSettled(running);
				folder.unlock();
				rmSync(top, { recursive: true, force: true });
			},
		};
	} catch (error) {
		rmSync(top, { recursive: true, force: true });
		throw error;
	}
}

/** A folder that other users can walk to and where programs may be executed. */
function makeFolder(): string {
	const reasons: string[] = [];
	for (const place of new Set([tmpdir(), "/var/tmp"])) {
		let folder: string | undefined;
		try {
			const closed = canMapIds() ? unwalkable(place) : null;
			if (closed) throw new Error(`${closed} can't be walked by other users`);
			folder = mkdtempSync(join(place, "brig-doctor-"));
			const probe = join(folder, "probe");
			writeFileSync(probe, "", { mode: 0o700 });
			// Refused where the file system is mounted noexec.
			accessSync(probe, constants.X_OK);
			rmSync(probe);
			return folder;
		} catch (error) {
			reasons.push(reasonOf(error));
			if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
		}
	}
	throw new Error(`no temporary folder can be used: ${reasons.join("; ")}`);
}

async function start(
	launcher: Launcher,
	language: "python" | "typescript",
	code: string,
	signal: AbortSignal,
): Promise<Ran> {
	const began = performance.now();
	let jail: Jail;
	try {
		jail = await launcher.start(language, DEFAULT_JAIL_LIMITS, WAITING_WEIGHT);
	} catch (error) {
		if (error instanceof JailError) return { ok: false, busy: false, reason: error.message };
		throw error;
	}
	const ms = performance.now() - began;
	try {
		jail.assign(LIMITS.value_bytes.default, LIMITS.output_bytes.default);
		return await program(jail, code, ms, AbortSignal.any([signal, AbortSignal.timeout(PROGRAM_MS)]));
	} finally {
		await jail.destroy();
	}
}

/** One program in a jail that is ready. */
function program(jail: Jail, code: string, ms: number, signal: AbortSignal): Promise<Ran> {
	return new Promise((resolve) => {
		const refuse = (reason: string) => resolve({ ok: false, busy: false, reason });
		signal.addEventListener("abort", () => refuse("the program gave no result in time"));
		void jail.ended.then(({ kind }) => refuse(`the sandbox ended before its program (${kind})`));
		jail.onFrame = ({ header, body }) => {
			const message = readMessage(header);
			if (typeof message === "string" || message.op !== "result") return refuse("it broke the protocol");
			if (!message.ok) return refuse(message.error?.message ?? "the program has failed");
			jail.drainOutput();
			const result = new TextDecoder().decode(body);
			try {
				const value: unknown = JSON.parse(result);
				resolve({ ok: true, value, text: `${result}${jail.stdout.text()}${jail.stderr.text()}`, ms });
			} catch {
				refuse("its result is not JSON");
			}
		};
		const { default: limit } = LIMITS.result_bytes;
		const bounds = { result_limit: limit, input_limit: LIMITS.value_bytes.default, depth_limit: JSON_DEPTH };
		jail.send({ op: "run", services: [], ...bounds }, code);
	});
}
