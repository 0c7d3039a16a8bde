/**
 * /etc/brig/brig.toml as install writes it: every setting with what it means, its default behind a `#`.
 * @module
 */
import { SETTING_NAMES, type SettingName } from "../config.ts";

/** What a setting means, and what to write for it. */
const MEANINGS: Record<SettingName, { means: string; example: string }> = {
	listen: {
		means: "Where to listen. More than loopback needs a certificate, or plain_http.",
		example: '"127.0.0.1:8484"',
	},
	data: {
		means: "Where everything is kept. The service may write to no other folder.",
		example: '"/var/lib/brig"',
	},
	tls_cert: {
		means:
			"The certificate with its chain, a PEM file that the user brig can read; a changed file is taken up.",
		example: '"/etc/brig/fullchain.pem"',
	},
	tls_key: { means: "Its key.", example: '"/etc/brig/privkey.pem"' },
	acme: {
		means: "In place of files: the domain for which a certificate is obtained and renewed.",
		example: '"brig.example.com"',
	},
	acme_directory: {
		means: "The authority, when it is not Let's Encrypt.",
		example: '"https://acme.example.com/directory"',
	},
	acme_email: { means: "Where the authority may write to.", example: '"me@example.com"' },
	acme_ca: {
		means: "The root certificate of an authority of your own, a PEM file.",
		example: '"/etc/brig/authority.pem"',
	},
	acme_http_listen: {
		means: "Where the authority's check is answered; port 80 when absent.",
		example: '"127.0.0.1:8080"',
	},
	ledger_days: { means: "How many days the history of executions is kept.", example: "30" },
	ledger_mb: { means: "How large that history may grow, in MB.", example: "512" },
	public_url: {
		means: "The address that clients use, when a proxy stands before the server.",
		example: '"https://brig.example.com"',
	},
	plain_http: {
		means: "Listen on more than loopback without TLS, behind a proxy of yours.",
		example: "false",
	},
	without_cgroups: { means: "Development only: limits by rlimit alone.", example: "false" },
	egress_private: {
		means: "Hosts that may have private addresses, for functions that declare them.",
		example: "[]",
	},
	dns_servers: { means: "DNS servers for functions' hosts, instead of the machine's.", example: "[]" },
	concurrency: {
		means: "Executions at once; more wait up to 10 s. The default is twice the cores.",
		example: "4",
	},
	warm: {
		means: "Sandboxes of each language that wait ready; 0 for none. The default is the cores, at least 2.",
		example: "2",
	},
};

const HEAD = `# Brig's settings. A flag or the environment (BRIG_LISTEN, …) comes before this file.
# \`systemctl reload brig\` takes up what can change while it runs and says what needs a restart.
`;

/** The whole file, with what was asked for set. */
export function settingsFile(given: Partial<Record<SettingName, string | boolean>>): string {
	const entries = SETTING_NAMES.map((name) => {
		const { means, example } = MEANINGS[name];
		const value = given[name];
		return `# ${means}\n${value === undefined ? `#${name} = ${example}` : assignment(name, value)}\n`;
	});
	return [HEAD, ...entries].join("\n");
}

/** What can't stand beside a setting, and gives way to it. */
const EXCLUDED: Partial<Record<SettingName, readonly SettingName[]>> = {
	acme: ["tls_cert", "tls_key", "plain_http"],
	tls_cert: ["acme", "acme_directory", "acme_email", "acme_ca", "acme_http_listen", "plain_http"],
};

/** An existing file with what was asked for set, what excludes it behind a `#`, and nothing else of it changed. */
export function changeSettings(text: string, given: Partial<Record<SettingName, string | boolean>>): string {
	const excluded = Object.keys(given).flatMap((name) => EXCLUDED[name as SettingName] ?? []);
	let changed = text;
	for (const name of excluded) changed = changed.replace(new RegExp(`^[ \\t]*(${name}[ \\t]*=)`, "m"), "#$1");
	for (const [name, value] of Object.entries(given)) {
		const line = assignment(name, value);
		// A setting stands once; before it was set it may stand behind a #.
		const set = new RegExp(`^[ \\t]*${name}[ \\t]*=.*$`, "m");
		const unset = new RegExp(`^#[ \\t]*${name}[ \\t]*=.*$`, "m");
		const place = [set, unset].find((pattern) => pattern.test(changed));
		changed = place ? changed.replace(place, () => line) : `${line}\n${changed}`;
	}
	return changed;
}

/** JSON's way to write text is TOML's too. */
function assignment(name: string, value: string | boolean): string {
	return `${name} = ${JSON.stringify(value)}`;
}
