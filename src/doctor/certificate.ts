/** The certificate that the server adds TLS with, or none. @module */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../config.ts";
import type { Check } from "./check.ts";
import { noSettings } from "./configuration.ts";
import { look } from "./files.ts";
import { ok, warn } from "./finding.ts";
import { type CertificateFiles, inspectCertificate } from "./inspect-certificate.ts";
import { listeningOf } from "./listening.ts";
import { whatSpeaks } from "./what-speaks.ts";

export const certificate: Check = {
	name: "certificate",
	async run(context, signal) {
		const { config, data } = context;
		if (config instanceof ConfigError) return noSettings();
		const files = configured(config, data);
		if (files) return inspectCertificate(files);
		const server = await context.server();
		const places = server.kind === "up" && server.pid !== null ? (listeningOf(server.pid) ?? []) : [];
		for (const place of places) {
			if ((await whatSpeaks(place, signal)) === "tls") {
				return warn(
					"not checked: the running server has one that the settings do not name",
					"Give `brig doctor` the settings of the server, in the environment (BRIG_TLS_CERT, …) or the file.",
				);
			}
		}
		return ok("none: no TLS is configured");
	},
};

/** As much of the settings as this needs. */
interface Settings {
	readonly listen: string;
	readonly public_url?: string | undefined;
	readonly tls_cert?: string | undefined;
	readonly tls_key?: string | undefined;
	readonly acme?: string | undefined;
}

/** The files that the settings name, or that an authority's answers are kept in. */
function configured(settings: Settings, data: string): CertificateFiles | null {
	const { tls_cert: cert, tls_key: key, acme, public_url } = settings;
	if (cert !== undefined && key !== undefined)
		return {
			cert,
			key,
			host: public_url === undefined ? null : new URL(public_url).hostname,
			attempts: null,
		};
	if (acme === undefined) return null;
	const folder = acmeFolder(join(data, "acme"), acme);
	const file = join(folder, "certificate.pem");
	return { cert: file, key: file, host: acme, attempts: join(folder, "attempts.json") };
}

/** DATA/acme/AUTHORITY/DOMAIN: of the authority that was asked last. */
function acmeFolder(top: string, domain: string): string {
	const found = existsSync(top) ? readdirSync(top).map((authority) => join(top, authority, domain)) : [];
	const changed = (folder: string) => look(join(folder, "certificate.pem"))?.mtimeMs ?? 0;
	return found.sort((one, other) => changed(other) - changed(one))[0] ?? join(top, "AUTHORITY", domain);
}
