/**
 * The certificate that the settings ask for.
 * @module
 */
import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import { certificateFromAuthority } from "./acme/source.ts";
import { certificateFromFiles } from "./files.ts";
import type { CertificateSource } from "./source.ts";

/**
 * Null for plain HTTP. Throws an Error with one sentence when there is no certificate to serve with.
 * @param signal ends what is under way; its reason is thrown
 */
export async function openCertificate(
	config: Config,
	log: Log,
	signal: AbortSignal,
): Promise<CertificateSource | null> {
	if (config.tls_cert && config.tls_key)
		return certificateFromFiles({ cert: config.tls_cert, key: config.tls_key }, log);
	return config.acme
		? certificateFromAuthority({ ...config, acme: config.acme }, config.data, log, signal)
		: null;
}
