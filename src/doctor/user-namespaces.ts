/**
 * Whether an ordinary user may make user namespaces, and what that user may do in them: the service runs as one.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { oneLine } from "../functions/text.ts";
import type { Check } from "./check.ts";
import { runCommand } from "./command.ts";
import { type Finding, fail, ok, reasonOf, warn } from "./finding.ts";

const MOST = "/proc/sys/user/max_user_namespaces";
/** Debian's own setting, of older kernels. */
const CLONE = "/proc/sys/kernel/unprivileged_userns_clone";
/** Ubuntu's, from 24.04 on. */
const APPARMOR = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";
const PROFILE = "/etc/apparmor.d/brig";

const UNSHARE = "/usr/bin/unshare";
const TRY = [UNSHARE, "--user", "--map-root-user", "/bin/true"];
/** As nobody, without any capability. */
const AS_NOBODY = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"];
const TRY_MS = 12_000;

export const userNamespaces: Check = {
	name: "user-namespaces",
	async run(_context, signal) {
		const refusal = settings();
		if (refusal) return refusal;
		const most = setting(MOST);
		const allowed = most === null ? "allowed" : `allowed, at most ${most}`;
		if (setting(APPARMOR) === "1")
			return ok(`${allowed}; AppArmor restricts others than the profile ${PROFILE}`);
		if (!existsSync(UNSHARE))
			return warn(`${allowed}, but not tried: ${UNSHARE} is missing`, "apt install util-linux");
		return (await tried(signal)) ?? ok(`${allowed}; one was made`);
	},
};

/** What a setting of the kernel forbids, or null. */
function settings(): Finding | null {
	if (!existsSync("/proc/self/ns/user"))
		return fail(
			"this kernel has no user namespaces",
			"Boot a kernel with CONFIG_USER_NS, as every distribution's is.",
		);
	if (setting(MOST) === "0") {
		return fail(
			"the kernel makes none: user.max_user_namespaces is 0",
			"sysctl user.max_user_namespaces=15000, and the same line in a file of /etc/sysctl.d",
		);
	}
	if (setting(CLONE) === "0") {
		return fail(
			"only root may make them: kernel.unprivileged_userns_clone is 0",
			"sysctl kernel.unprivileged_userns_clone=1, and the same line in a file of /etc/sysctl.d",
		);
	}
	if (setting(APPARMOR) === "1" && !existsSync(PROFILE)) {
		return warn(
			`AppArmor restricts them (kernel.apparmor_restrict_unprivileged_userns is 1), and there is no profile ${PROFILE}`,
			"`brig install` writes and loads that profile; until then only a server that runs as root has sandboxes.",
		);
	}
	return null;
}

/** Makes one as an ordinary user would; null when that works. */
async function tried(signal: AbortSignal): Promise<Finding | null> {
	const root = process.getuid?.() === 0;
	let reason: string;
	try {
		const ended = await runCommand(root ? [...AS_NOBODY, ...TRY] : TRY, TRY_MS, signal);
		if (ended.code === 0) return null;
		reason = ended.late ? "it did not end" : oneLine(ended.stderr, 200);
	} catch (error) {
		reason = reasonOf(error);
	}
	return fail(
		`none can be made ${root ? "by an ordinary user" : "by this user"}: ${reason}`,
		"If this is a container, give it the right to make user namespaces (its seccomp profile refuses unshare), or use a virtual machine.",
	);
}

function setting(file: string): string | null {
	try {
		return readFileSync(file, "utf8").trim();
	} catch {
		return null;
	}
}
