/**
 * A host with something to steal: canaries in files, sockets that nobody may reach. What touched them is known here,
 * whatever the program says.
 * @module
 */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Listeners, listen } from "./listeners.ts";

/** As much of a tap test as this needs. */
export interface Teardown {
	teardown(action: () => unknown): unknown;
}

export interface Host {
	/** A folder that everyone on the host may write to, with a canary in it. */
	folder: string;
	/** Is in the server's environment. */
	token: string;
	listeners: Listeners;
	/** Facts for `@NAME@` in programs. */
	facts: Record<string, string>;
	/** Secrets that must be in no answer, by what they are. */
	secrets: Map<string, string>;
	/** What has changed since the start, in words. */
	changes(): string[];
}

/** Sets the canaries out; everything is removed when the test ends. */
export async function makeHost(t: Teardown): Promise<Host> {
	const folder = mkdtempSync(join(tmpdir(), "attack-"));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	// Only the jail keeps anybody out.
	chmodSync(folder, 0o777);
	const secrets = new Map<string, string>();
	const token = secret("environment");
	const canary = secret("canary file");
	const file = join(folder, "canary.txt");
	writeFileSync(file, canary, { mode: 0o666 });
	function secret(name: string): string {
		const text = `canary-${randomBytes(12).toString("hex")}`;
		secrets.set(name, text);
		return text;
	}
	// What any program on the host can read, or root alone, and a jail must not.
	for (const path of ["/etc/shadow", "/etc/machine-id", "/root/.bashrc"]) {
		const line = firstLine(path);
		if (line.length > 8) secrets.set(path, line);
	}
	const listeners = await listen(t, folder);
	const before = inventory(folder);
	return {
		folder,
		token,
		listeners,
		secrets,
		facts: {
			CANARY_FOLDER: folder,
			CANARY_FILE: file,
			TCP_PORT: String(listeners.tcpPort),
			UDP_PORT: String(listeners.udpPort),
			ABSTRACT: listeners.abstractName,
			SOCKET: listeners.socket,
		},
		changes() {
			const now = inventory(folder);
			return [...new Set([...before.keys(), ...now.keys()])]
				.filter((name) => before.get(name) !== now.get(name))
				.map((name) => `${name} was ${before.get(name) ?? "absent"}, is ${now.get(name) ?? "absent"}`);
		},
	};
}

/** Settings of the kernel that a way out of a jail would write. */
const SETTINGS = [
	"kernel/core_pattern",
	"kernel/modprobe",
	"kernel/hostname",
	"kernel/sysrq",
	"vm/overcommit_memory",
];

/** Names below a folder with what would show that somebody was there. */
function inventory(folder: string): Map<string, string> {
	const settings = SETTINGS.map((name): [string, string] => [name, firstLine(`/proc/sys/${name}`)]);
	return new Map([
		...settings,
		...readdirSync(folder).map((name): [string, string] => {
			const path = join(folder, name);
			const { mode, uid, size, mtimeMs, nlink } = statSync(path);
			const text = name.endsWith(".txt") ? readFileSync(path, "utf8") : "";
			return [name, [mode.toString(8), uid, size, mtimeMs, nlink, text].join(" ")];
		}),
	]);
}

/** The longest line that a file starts with; empty where it can't be read. */
function firstLine(path: string): string {
	try {
		return readFileSync(path, "utf8").split("\n")[0] ?? "";
	} catch {
		return "";
	}
}

/** nsjail's mount points, two empty folders for all jails of a user: what it mounts there is seen by the jail alone. */
const MOUNT_POINT = /^nsjail\.\d+\.(root|tmp)$/;

/** Files in places that all may write to and that belong to no user but a jail's. */
export function strangers(): string[] {
	if (process.getuid?.() !== 0) return [];
	return [tmpdir(), "/dev/shm", "/var/tmp", "/run"].flatMap((folder) => {
		try {
			return readdirSync(folder)
				.filter((name) => !MOUNT_POINT.test(name) || readdirSync(join(folder, name)).length > 0)
				.map((name) => join(folder, name))
				.filter((path) => (statSync(path, { throwIfNoEntry: false })?.uid ?? 0) >= 1_000_000_000);
		} catch {
			return [];
		}
	});
}
