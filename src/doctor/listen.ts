/** From where the server can be reached, and whether keys cross a network in the clear on the way. @module */
import { type Config, ConfigError, isLoopback } from "../config.ts";
import { refuseAddress } from "../egress/address-rules.ts";
import type { Check } from "./check.ts";
import { noSettings } from "./configuration.ts";
import type { Context } from "./context.ts";
import { notForThisUser } from "./files.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import { type Listening, listeningOf } from "./listening.ts";
import { type Speaks, whatSpeaks } from "./what-speaks.ts";

const TLS =
	"Give the server a certificate (--tls-cert, --acme), or let it listen on 127.0.0.1 with a proxy that adds TLS before it.";

/** Where it listens, and how clients speak to it there. */
interface Places {
	all: Listening[];
	speaks(place: Listening): Promise<Speaks>;
}

export const listen: Check = {
	name: "listen",
	async run(context, signal) {
		const places = await placesOf(context, signal);
		if ("status" in places) return places;
		const all = places.all.map(shown).join(", ");
		const settings = context.config instanceof ConfigError ? null : context.config;
		const open = places.all.filter(({ address }) => !isLoopback(address));
		if (open.length === 0) return ok(`${all}, for this machine alone`);
		let tls = false;
		for (const place of open) {
			const speaks = await places.speaks(place);
			if (speaks === "api") return inTheClear(place, settings, all);
			if (speaks === "silence")
				return warn(`${all}: ${shown(place)} gives no answer that tells whether it has TLS`, "Run it again.");
			tls ||= speaks === "tls";
		}
		return ok(tls ? `${all}, with TLS` : all);
	},
};

/** Of the running server, as the kernel has it; without one, as the settings say. */
async function placesOf({ config, ...context }: Context, signal: AbortSignal): Promise<Places | Finding> {
	const server = await context.server();
	if (server.kind === "closed") return notForThisUser(server.socket);
	if (server.kind === "up") {
		const all = server.pid === null ? null : listeningOf(server.pid);
		if (!all?.length) return notForThisUser(`/proc/${server.pid ?? "PID"}/fd of the running server`);
		return { all, speaks: (place) => whatSpeaks(place, signal) };
	}
	if (config instanceof ConfigError) return noSettings();
	const { host: address, port } = config;
	return { all: [{ address, port }], speaks: async () => (hasTls(config) ? "tls" : "api") };
}

function inTheClear(place: Listening, settings: Config | null, all: string): Finding {
	const proxied = settings?.public_url?.startsWith("https:") === true;
	if (isNear(place.address))
		return warn(`${all}: plain HTTP on a private network, where keys can be read`, TLS);
	if (!proxied) return fail(`${all}: public without TLS, keys cross the network in the clear`, TLS);
	return warn(
		`${all}: plain HTTP that others than the proxy at ${settings?.public_url} may reach too`,
		"Close the port to the network in a firewall, or listen on 127.0.0.1 if the proxy is on this machine.",
	);
}

/** Settings that give the server a certificate. */
function hasTls(settings: Config & { tls_cert?: string | undefined; acme?: string | undefined }): boolean {
	return settings.tls_cert !== undefined || settings.acme !== undefined;
}

/** An address that only a local network reaches; one that stands for all is not. */
function isNear(address: string): boolean {
	return /private|link-local|shared/.test(refuseAddress(address, new Set())?.what ?? "");
}

const shown = ({ address, port }: Listening) => `${address.includes(":") ? `[${address}]` : address}:${port}`;
