/**
 * Ports under 1024 for a service without capabilities: the kernel's own setting for all users of the machine.
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type Config, splitAddress } from "../config.ts";
import type { Changes } from "./changes.ts";
import { SYSCTL } from "./paths.ts";

/** `man 7 ip`, ip_unprivileged_port_start. */
const SETTING = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

/** The authority looks there for the answer to its check (RFC 8555, 8.3). */
const CHECK_PORT = 80;

/** The lowest port that the service listens on. */
export function lowestPort({ port, acme, acme_http_listen }: Config): number {
	if (!acme) return port;
	const check = acme_http_listen ? splitAddress(acme_http_listen, "acme_http_listen").port : CHECK_PORT;
	return Math.min(port || check, check);
}

/** The first port that any user may listen on. */
export function portStart(): number {
	return Number(readFileSync(SETTING, "utf8"));
}

/**
 * Lowers it to `port`, now and after a reboot; true when that was needed. What an earlier install has lowered is set back
 * as far as it is not needed any more, to `first`, where it was without Brig.
 */
export function allowPort(port: number, first: number, changes: Changes): boolean {
	const before = portStart();
	if (port === 0 || port >= first) {
		if (existsSync(SYSCTL)) {
			changes.remove(SYSCTL);
			set(first, before, changes);
		}
		return false;
	}
	if (before <= port && !existsSync(SYSCTL)) return false;
	const text = `# The service brig listens on port ${port} without being root. \`brig uninstall\` takes this away.\nnet.ipv4.ip_unprivileged_port_start = ${port}\n`;
	changes.file(SYSCTL, text, 0o644);
	if (before === port) return false;
	set(port, before, changes);
	return before > port;
}

function set(port: number, before: number, changes: Changes): void {
	writeFileSync(SETTING, String(port));
	changes.add(SETTING, () => writeFileSync(SETTING, String(before)));
}

/** Sets it back. */
export function restorePort(before: number): void {
	writeFileSync(SETTING, String(before));
}
