/**
 * Sources that seem to hold a credential, which belongs into a secret. Warnings name its kind and line, never its text.
 *
 * Every expression here starts at a fixed text or at the edge of a word and is bounded, so that a source of 1 MiB,
 * whatever it is, takes some tens of milliseconds.
 * @module
 */

const MOST_WARNINGS = 10;
const ADVICE = "store it with `brig secret set NAME`, declare NAME in env and read it from the environment";

/** Credentials that have a form of their own. */
const KINDS: readonly (readonly [kind: string, form: RegExp])[] = [
	["a private key", /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g],
	["a key of this server", /\bbrig_[0-9A-Za-z]{43}\b/g],
	["an AWS access key", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g],
	["a GitHub token", /\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{36})/g],
	["a GitLab token", /\bglpat-[0-9A-Za-z_-]{20}/g],
	["a Slack token", /\bxox[abeoprs]-[0-9A-Za-z-]{10}/g],
	["a Stripe key", /\b[rs]k_(?:live|test)_[0-9A-Za-z]{16}/g],
	["an API key", /(?<![0-9A-Za-z_-])sk-(?=[0-9A-Za-z_-]{0,200}[0-9])[0-9A-Za-z_-]{20}/g],
	["a Google API key", /\bAIza[0-9A-Za-z_-]{35}/g],
	["an npm token", /\bnpm_[0-9A-Za-z]{36}/g],
	["a PyPI token", /\bpypi-[0-9A-Za-z_-]{50}/g],
	["a SendGrid key", /\bSG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}/g],
	["a JSON web token", /(?<![\w-])eyJ[\w-]{8,4000}\.eyJ[\w-]{8,4000}\.[\w-]{16}/g],
	["a bearer token", /\bBearer (?=[^\s"'`]{0,200}[0-9])[0-9A-Za-z._~+/-]{20}/g],
	["a password in an address", /:\/\/[^\s:@/"'`${}<>]{1,64}:[^\s:@/"'`${}<>]{4,128}@/g],
];

/** A string on one line; what stands before it tells whether it is given to a name of a credential. */
const LITERAL = /(["'`])([^"'`\\\s]{12,500})\1/g;
const BEFORE =
	/(?:password|passwd|passphrase|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credential|auth)\w{0,20}["'\]]{0,2}[ \t]{0,4}(?::[ \t]{0,4}\w{1,20}[ \t]{0,4})?(?:=>?|:)[ \t]{0,4}[bfru]?$/i;
const BEFORE_LENGTH = 100;
const LEAST_ENTROPY = 3;
/** Texts that stand in for a credential: names of variables, paths and addresses, templates, placeholders. */
const STAND_IN = /^[A-Z][A-Z0-9_]*$|^[./]|:\/\/|[<>{}]|[Xx]{4}|(?:[Ee]xample|EXAMPLE)|change.?me|your[-_]/;
const ASSIGNED = "a credential";

interface Suspect {
	at: number;
	kind: string;
}

/** One sentence for each such line, the first ten, then how many more. */
export function credentialWarnings(source: string): string[] {
	const found = new Map<number, string>();
	let line = 1;
	let feed = source.indexOf("\n");
	for (const { at, kind } of [...knownForms(source), ...assigned(source)].sort((a, b) => a.at - b.at)) {
		for (; feed >= 0 && feed < at; feed = source.indexOf("\n", feed + 1)) line++;
		// A form says more than the name that it is given to.
		if (!found.has(line) || found.get(line) === ASSIGNED) found.set(line, kind);
	}
	const warnings = [...found]
		.slice(0, MOST_WARNINGS)
		.map(([at, kind]) => `line ${at} seems to contain ${kind}: ${ADVICE}`);
	const more = found.size - MOST_WARNINGS;
	return more > 0 ? [...warnings, `${more} more lines seem to contain credentials`] : warnings;
}

function knownForms(source: string): Suspect[] {
	return KINDS.flatMap(([kind, form]) =>
		[...source.matchAll(form)].map(({ index }) => ({ at: index, kind })),
	);
}

/** Random-looking strings that are given to a name such as `password`. */
function assigned(source: string): Suspect[] {
	const found: Suspect[] = [];
	for (const { index: at, 2: text = "" } of source.matchAll(LITERAL)) {
		const isRandom =
			/[0-9]/.test(text) && /[A-Za-z]/.test(text) && !STAND_IN.test(text) && entropy(text) >= LEAST_ENTROPY;
		if (!isRandom) continue;
		const before = source.slice(Math.max(0, at - BEFORE_LENGTH), at);
		if (BEFORE.test(before)) found.push({ at, kind: ASSIGNED });
	}
	return found;
}

/** Bits a character, by how often each occurs in the text. */
function entropy(text: string): number {
	const counts = new Map<string, number>();
	for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
	let bits = 0;
	for (const count of counts.values()) bits += (count / text.length) * Math.log2(text.length / count);
	return bits;
}
