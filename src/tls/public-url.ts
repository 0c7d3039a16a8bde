/**
 * The address that clients are told.
 * @module
 */
import type { Config } from "../config.ts";
import type { Certificate } from "./certificate.ts";

const HTTPS_PORT = 443;

/** `public_url` where it is set; else where it listens, under a name that its certificate is for. */
export function publicUrl(
	{ public_url, host }: Pick<Config, "public_url" | "host">,
	port: number,
	certificate: Certificate | null,
): string {
	if (public_url) return public_url.replace(/\/+$/, "");
	if (!certificate) return `http://${bracketed(host)}:${port}`;
	const first = certificate.names.find((name) => !name.includes("*"));
	const name = certificate.covers(host) ? host : (first ?? host);
	return `https://${bracketed(name)}${port === HTTPS_PORT ? "" : `:${port}`}`;
}

const bracketed = (host: string) => (host.includes(":") ? `[${host}]` : host);
