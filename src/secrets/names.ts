/**
 * The rules for names of secrets: each is an environment variable of the functions that declare it.
 * @module
 */
import { BrigError } from "../errors.ts";

const NAME = /^[A-Z][A-Z0-9_]{0,63}$/;

/** Names that the loader, the runtimes, libc, TLS or the sandbox itself act on. */
const TAKEN = new Set(
	`PATH HOME TMPDIR TMP TEMP SHELL IFS ENV BASH_ENV LANG LANGUAGE TZ TZDIR LOCPATH NLSPATH GCONV_PATH GLIBC_TUNABLES
	HOSTALIASES LOCALDOMAIN RES_OPTIONS OPENSSL_CONF OPENSSL_MODULES OPENSSL_ENGINES SSL_CERT_FILE SSL_CERT_DIR
	SSLKEYLOGFILE HTTP_PROXY HTTPS_PROXY FTP_PROXY NO_PROXY ALL_PROXY`.split(/\s+/),
);
const TAKEN_PREFIXES = ["LD_", "LC_", "MALLOC_", "PYTHON", "NODE_", "BUN_", "JSC_", "BRIG_"];

const RULE = "A secret's name is 1 to 64 characters of A-Z, 0-9 and _, starting with a letter.";

/**
 * Throws `invalid_name` unless this may be the name of a secret. A name that breaks the form is not repeated: it may
 * be a value in the wrong place.
 */
export function checkSecretName(name: string): void {
	if (!NAME.test(name))
		throw new BrigError("invalid_name", "The secret's name breaks the rules for names.", { hint: RULE });
	const prefix = TAKEN_PREFIXES.find((one) => name.startsWith(one));
	if (prefix === undefined && !TAKEN.has(name)) return;
	throw new BrigError(
		"invalid_name",
		`${prefix ? `A name that starts with ${prefix}` : `The name ${name}`} changes how programs in a sandbox run: no secret may have it.`,
		{ hint: "Choose a name that says what the value opens, such as API_TOKEN." },
	);
}
