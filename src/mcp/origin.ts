/**
 * Against DNS rebinding: a page in a browser may reach this server by a name of its own, but not as one of ours.
 * @module
 */
import { isIP } from "node:net";
import type { Config } from "../config.ts";
import { BrigError } from "../errors.ts";
import type { Certificate } from "../tls/certificate.ts";

type Names = Pick<Config, "host" | "public_url">;

/**
 * Throws foreign_origin unless Host, and Origin where there is one, are this server's. Absent Hosts come by the local socket.
 * @param certificate what the server shows, if any: who has one for a name owns it
 */
export function checkOrigin(
	request: Request,
	config: Names,
	certificate: Pick<Certificate, "covers"> | null,
): void {
	const names = [request.headers.get("host"), originHost(request.headers.get("origin"))];
	for (const name of names) {
		if (name !== null && !isOurs(hostname(name), config, certificate)) throw new BrigError("foreign_origin");
	}
}

/** Rebinding needs a name that an attacker's DNS answers for: an address is none. */
function isOurs(name: string, config: Names, certificate: Pick<Certificate, "covers"> | null): boolean {
	const publicName = config.public_url ? new URL(config.public_url).hostname : null;
	return (
		name === "localhost" ||
		isIP(name) !== 0 ||
		name === config.host ||
		name === publicName ||
		(certificate?.covers(name) ?? false)
	);
}

function originHost(origin: string | null): string | null {
	if (origin === null) return null;
	return URL.canParse(origin) ? new URL(origin).host : "not an address";
}

/** A host without its port and brackets. */
function hostname(host: string): string {
	return host
		.toLowerCase()
		.replace(/:\d+$/, "")
		.replace(/^\[|\]$/g, "");
}
