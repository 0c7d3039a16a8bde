/**
 * A certificate authority of a test's own: a root and an intermediate, kept in memory.
 * @module
 */
import {
	AuthorityInfoAccessExtension,
	BasicConstraintsExtension,
	type Extension,
	type PublicKeyType,
	SubjectAlternativeNameExtension,
	type X509Certificate,
	X509CertificateGenerator,
} from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 86_400_000;

export interface Issue {
	names?: string[];
	/** Milliseconds from now. */
	from?: number;
	until?: number;
	/** Where the issuer's certificate is to be had, as public authorities write it. */
	issuersAddress?: string;
	/** Somebody else's key, of a request. */
	publicKey?: PublicKeyType;
}

export interface Issued {
	/** The server's certificate alone. */
	leaf: string;
	/** With the intermediate's. */
	cert: string;
	key: string;
}

export interface Authority {
	root: string;
	intermediate: string;
	issue(what?: Issue): Promise<Issued>;
}

const newKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);

async function keyText(key: CryptoKey): Promise<string> {
	const bytes = Buffer.from(await crypto.subtle.exportKey("pkcs8", key));
	return `-----BEGIN PRIVATE KEY-----\n${bytes.toString("base64")}\n-----END PRIVATE KEY-----\n`;
}

const text = (certificate: X509Certificate) => `${certificate.toString("pem")}\n`;

export async function makeAuthority(name = "Test"): Promise<Authority> {
	const rootKeys = await newKeys();
	const ownKeys = await newKeys();
	const common = {
		notBefore: new Date(Date.now() - DAY_MS),
		notAfter: new Date(Date.now() + 30 * DAY_MS),
		signingAlgorithm: ALGORITHM,
		extensions: [new BasicConstraintsExtension(true, undefined, true)],
	};
	const root = await X509CertificateGenerator.createSelfSigned({
		...common,
		name: `CN=${name} Root`,
		keys: rootKeys,
	});
	const intermediate = await X509CertificateGenerator.create({
		...common,
		subject: `CN=${name} Intermediate`,
		issuer: root.subject,
		publicKey: ownKeys.publicKey,
		signingKey: rootKeys.privateKey,
	});
	return {
		root: text(root),
		intermediate: text(intermediate),
		issue: async ({ names = ["localhost", "127.0.0.1"], from = -DAY_MS, until = DAY_MS, ...more } = {}) => {
			const keys = await newKeys();
			const extensions: Extension[] = [];
			if (names.length > 0) {
				const all = names.map((value) => ({
					type: /^[\d.:]+$/.test(value) ? ("ip" as const) : ("dns" as const),
					value,
				}));
				extensions.push(new SubjectAlternativeNameExtension(all));
			}
			if (more.issuersAddress)
				extensions.push(new AuthorityInfoAccessExtension({ caIssuers: more.issuersAddress }));
			const leaf = await X509CertificateGenerator.create({
				subject: `CN=${names[0] ?? "nobody"}`,
				issuer: intermediate.subject,
				notBefore: new Date(Date.now() + from),
				notAfter: new Date(Date.now() + until),
				signingAlgorithm: ALGORITHM,
				publicKey: more.publicKey ?? keys.publicKey,
				signingKey: ownKeys.privateKey,
				extensions,
			});
			return { leaf: text(leaf), cert: text(leaf) + text(intermediate), key: await keyText(keys.privateKey) };
		},
	};
}
