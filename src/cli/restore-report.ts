/**
 * What `brig restore` asks and says.
 * @module
 */
import type { BackupFile, Manifest } from "../backup/container.ts";
import type { Contents, PreparedRestore } from "../backup/restore.ts";
import { oneLine } from "../functions/text.ts";
import { say } from "./output.ts";
import { shortTime } from "./table.ts";

/** `1 key`, `2 keys` */
const count = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
const summary = ({ functions, secrets, keys }: Contents) =>
	`${count(functions, "function")}, ${count(secrets, "secret")} and ${count(keys, "key")}`;
const made = ({ created_at, brig }: Manifest) => `of ${shortTime(created_at)} UTC (Brig ${brig})`;

const BY_ITSELF = "Its only signature is by the key that it brings itself: be sure that the file is yours.";

/** The question before a restore, with what comes and what goes. */
export function question(data: string, manifest: Manifest, prepared: PreparedRestore): string {
	const { before, contents, signedBy } = prepared;
	const there = before ? ` (${summary(before)})` : "";
	const note = signedBy === "file" ? ` ${BY_ITSELF}` : "";
	return `Put the backup ${made(manifest)} with ${summary(contents)} in place of what is in ${data}${there}?${note}`;
}

/** The same for a program: one object of JSON. */
export function toJson(
	data: string,
	{ name, manifest }: BackupFile,
	prepared: PreparedRestore,
	replaced: string | null,
): string {
	const { signedBy, contents, disabled, lostSecrets } = prepared;
	const parsed = disabled && {
		keys: disabled.keys.map((key) => ({ ...key, scopes: JSON.parse(key.scopes) })),
		approvals: disabled.approvals.map((one) => ({
			...one,
			env: JSON.parse(one.env),
			egress: JSON.parse(one.egress),
		})),
		totals: disabled.totals,
	};
	const { created_at, brig: version, schema } = manifest;
	return JSON.stringify({
		file: name,
		data,
		created_at,
		version,
		schema,
		signed_by: signedBy,
		contents,
		replaced,
		disabled: parsed,
		lost_secrets: lostSecrets,
	});
}

/** Says what was done, and what is left to do. */
export function sayRestored(
	data: string,
	{ manifest }: BackupFile,
	prepared: PreparedRestore,
	replaced: string | null,
): void {
	say(`The backup ${made(manifest)} is restored in ${data}: ${summary(prepared.contents)}`);
	if (replaced) say(`  What was there before is in ${replaced}: remove it when you need it no more`);
	if (prepared.signedBy === "file") say(`  ${BY_ITSELF}`);
	const { disabled, lostSecrets } = prepared;
	if (disabled) {
		say(
			`  It is not signed: ${count(disabled.totals.keys, "key")} revoked, make new ones with \`brig key create\``,
		);
		for (const key of disabled.keys) {
			const reach = key.namespace ?? "every namespace";
			say(`    ${key.id}  ${oneLine(key.name, 80)}  ${JSON.parse(key.scopes).join(",")}  ${reach}`);
		}
		const waiting = count(disabled.totals.approvals, "function");
		say(`  ${waiting} with secrets or hosts disabled until an admin has looked and approved`);
		for (const one of disabled.approvals) {
			const wants = [...JSON.parse(one.env), ...JSON.parse(one.egress)].join(", ");
			say(
				`    brig fn approve ${one.function} --version ${one.version} --namespace ${one.namespace}  (${wants})`,
			);
		}
	}
	if (lostSecrets.length > 0)
		say(`  ${count(lostSecrets.length, "secret")} to be set again, which the key does not open`);
	for (const { namespace, name } of lostSecrets) say(`    brig secret set ${name} --namespace ${namespace}`);
}
