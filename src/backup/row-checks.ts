/**
 * Whether rows have the form that registering gives them. A database that a key of the owner's signed was written by a
 * Brig; any other may hold a name that is code, a limit above the maximum, or text that no list can show.
 * @module
 */
import type { Database } from "bun:sqlite";
import * as v from "valibot";
import { parsePatterns } from "../egress/patterns.ts";
import { checkEnv, checkLimits } from "../functions/declared.ts";
import { checkFunctionName, checkNamespace, checkService } from "../functions/names.ts";
import { compileSchema } from "../functions/validate.ts";
import { LIMITS } from "../limits.ts";
import { STATUSES } from "../result.ts";
import { checkSecretName } from "../secrets/names.ts";
import { SCOPES } from "../store/keys.ts";
import { Refused } from "./rebuild.ts";

const LANGUAGES = ["python", "typescript"] as const;
const MOST_COUNTED = 2 ** 31;
/** A sealed value is a little longer than the longest secret. */
const MOST_SEALED = 128 * 1024;

const text = (form: RegExp) => v.pipe(v.string(), v.regex(form));
const json = <Form extends v.GenericSchema>(form: Form) => v.pipe(v.string(), v.parseJson(), form);
/** What a function that throws for anything wrong lets pass. */
const passing = <T>(check: (value: T) => unknown) =>
	v.custom<T>((value) => {
		check(value as T);
		return true;
	});

const Time = text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const Id = text(/^[\w-]{1,64}$/);
const Sha256 = text(/^[0-9a-f]{64}$/);
const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_COUNTED));
const Texts = v.array(v.string());
const Measure = v.nullable(v.number());

const Namespace = v.object({ name: passing(checkNamespace), created_at: Time });
const Key = v.object({
	id: Id,
	name: text(/^[^\p{Cc}]{1,100}$/u),
	hash: v.pipe(v.instance(Uint8Array), v.length(32)),
	scopes: json(v.array(v.picklist(SCOPES))),
	services: v.nullable(json(v.array(passing(checkService)))),
	created_at: Time,
});
const Source = v.pipe(
	v.object({ hash: Sha256, text: v.pipe(v.string(), v.maxBytes(LIMITS.source_bytes.maximum)) }),
	v.check(
		(row) => new Bun.CryptoHasher("sha256").update(row.text).digest("hex") === row.hash,
		"a source is not what its hash says",
	),
);
const HostedFunction = v.pipe(
	v.object({
		service: v.string(),
		name: v.string(),
		active_version: v.nullable(Count),
		last_version: Count,
		locked_by: v.nullable(Id),
		highest: Count,
		waits: v.nullable(Count),
	}),
	passing(({ service, name }) => checkFunctionName(service, name)),
	v.check((row) => row.highest <= row.last_version, "a function has more versions than it counts"),
	v.check(
		(row) => row.active_version === null || row.waits === 0,
		"a function's active version is missing or waits for approval",
	),
);
const Version = v.object({
	version: Count,
	language: v.picklist(LANGUAGES),
	source_hash: Sha256,
	input_schema: json(passing(compileSchema)),
	output_schema: v.nullable(json(passing(compileSchema))),
	parameters: json(Texts),
	tags: json(v.array(text(/^[a-z0-9][a-z0-9_-]{0,62}$/))),
	warnings: json(Texts),
	env: json(passing((env) => checkEnv(env, checkSecretName))),
	egress: json(passing((egress) => parsePatterns(egress))),
	limits: json(passing(checkLimits)),
	created_at: Time,
	created_by: Id,
	content_hash: v.union([Sha256, v.literal("")]),
	pending: v.picklist([0, 1]),
	approved_by: v.nullable(Id),
});
const Secret = v.object({
	name: passing(checkSecretName),
	created_at: Time,
	updated_at: Time,
	bytes: v.pipe(Count, v.maxValue(MOST_SEALED)),
});
const Cost = v.looseObject({
	wall_ms: Measure,
	cpu_ms: Measure,
	peak_memory_mb: Measure,
	calls: v.number(),
	bytes_in_sandbox: v.number(),
	bytes_returned: v.number(),
	tokens_kept_out: v.number(),
});
const Execution = v.object({
	seq: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
	id: text(/^exe_\w{1,64}$/),
	key_id: Id,
	kind: v.picklist(["execute", "call"]),
	function: v.nullable(text(/^\w{1,63}\.\w{1,63}$/)),
	language: v.picklist(LANGUAGES),
	code_sha256: Sha256,
	code_bytes: Count,
	status: v.picklist([...STATUSES, "running"]),
	started_at: Time,
	usage: v.nullable(json(Cost)),
});

interface RowCheck {
	query: string;
	form: v.GenericSchema;
}

/** Each table's rows and their form; null where any text and number will do, as in the details of the ledger. */
export const ROW_CHECKS: Record<string, RowCheck | null> = {
	namespaces: { query: "SELECT * FROM namespaces", form: Namespace },
	keys: { query: "SELECT * FROM keys", form: Key },
	sources: { query: "SELECT * FROM sources", form: Source },
	functions: {
		query: `SELECT functions.*, (SELECT max(version) FROM versions WHERE function_id = functions.id) AS highest,
			(SELECT pending FROM versions WHERE function_id = functions.id AND version = active_version) AS waits FROM functions`,
		form: HostedFunction,
	},
	versions: { query: "SELECT * FROM versions", form: Version },
	secrets: {
		query: "SELECT name, created_at, updated_at, length(sealed) AS bytes FROM secrets",
		form: Secret,
	},
	executions: { query: "SELECT * FROM executions", form: Execution },
	calls: null,
	outputs: null,
	egress: null,
};

/** Checks every row. Throws Refused for the first that has another form. */
export function checkRows(db: Database): void {
	for (const [table, check] of Object.entries(ROW_CHECKS)) {
		if (!check) continue;
		for (const row of db.query(check.query).iterate()) {
			const fault = faultOf(check.form, row);
			if (fault) throw new Refused(`its table ${table} has a row as Brig never writes it (${fault})`);
		}
	}
}

function faultOf(form: v.GenericSchema, row: unknown): string | null {
	try {
		const { issues } = v.safeParse(form, row);
		return issues ? `${v.getDotPath(issues[0]) ?? "row"}: ${issues[0].message.slice(0, 200)}` : null;
	} catch (error) {
		return (error as Error).message.slice(0, 200);
	}
}
