/** Whether the server has its address, or could have it. @module */
import { type Config, ConfigError } from "../config.ts";
import type { Check } from "./check.ts";
import { noSettings } from "./configuration.ts";
import { notForThisUser } from "./files.ts";
import { type Finding, fail, ok, reasonOf, warn } from "./finding.ts";
import { listeningOf } from "./listening.ts";

export const port: Check = {
	name: "port",
	async run(context) {
		const { config } = context;
		const server = await context.server();
		if (server.kind === "closed") return notForThisUser(server.socket);
		if (server.kind === "silent")
			return warn("not checked: the running server does not answer", "See `server` below.");
		if (server.kind === "up") {
			const all = server.pid === null ? null : listeningOf(server.pid);
			return ok(
				all?.length
					? `the running server has ${all.map((one) => one.port).join(", ")}`
					: "the running server has it",
			);
		}
		return config instanceof ConfigError ? noSettings() : free(config);
	},
};

/** Takes the address for a moment. */
function free({ host, port: number, listen }: Config): Finding {
	if (number === 0) return ok("any that is free");
	try {
		Bun.listen({ hostname: host, port: number, socket: { data() {} } }).stop(true);
		return ok(`${listen} is free`);
	} catch (error) {
		switch ((error as { code?: string }).code) {
			case "EADDRINUSE":
				return fail(
					`${listen} is taken by another program`,
					`\`ss -ltnp 'sport = :${number}'\` shows which; --listen names another address.`,
				);
			case "EACCES":
				return fail(
					`this user may not listen on ${listen}`,
					`sysctl net.ipv4.ip_unprivileged_port_start=${number}, which \`brig install\` does, or a port from 1024 on.`,
				);
			case "EADDRNOTAVAIL":
				return fail(
					`${host} is no address of this machine`,
					"--listen takes one of those that `ip address` shows.",
				);
			default:
				return fail(`${listen} can't be listened on: ${reasonOf(error)}`, "--listen names another address.");
		}
	}
}
