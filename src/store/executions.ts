/**
 * The ledger: what ran, when, for whom, at what cost. Never the data that it worked on.
 * @module
 */
import { BrigError, isDiskFull } from "../errors.ts";
import type { Language, Status, Usage } from "../result.ts";
import { guardDisk, type Store } from "./open.ts";

/** An execution as it starts. */
export interface LedgerStart {
	id: string;
	namespaceId: number;
	keyId: string;
	kind: "execute" | "call";
	function: string | null;
	version: number | null;
	language: Language;
	code: string;
}

/** One call of a function inside an execution, or several of one function summed up (`count`). */
export interface LedgerCall {
	seq: number;
	parent: number | null;
	function: string;
	version: number | null;
	depth: number;
	count: number;
	status: "ok" | "error";
	error_type: string | null;
	wall_ms: number;
	bytes_in: number;
	bytes_out: number;
}

/** One decision of the egress proxy. */
export interface LedgerEgress {
	function: string;
	at: string;
	host: string;
	port: number;
	allowed: boolean;
	reason: string;
}

export interface LedgerOutput {
	function: string;
	stdout: string;
	stderr: string;
}

/** A row of the list. `status` is `running` until it has ended. */
export interface ExecutionRow {
	id: string;
	kind: "execute" | "call";
	function: string | null;
	version: number | null;
	language: Language;
	key_id: string;
	code_sha256: string;
	code_bytes: number;
	status: Status | "running";
	error_type: string | null;
	started_at: string;
	usage: Usage | null;
}

export interface ListOptions {
	/** Only this key's own. */
	keyId: string | null;
	status: string | null;
	function: string | null;
	/** An execution id: only earlier ones. */
	before: string | null;
	limit: number;
}

type Row = Omit<ExecutionRow, "usage"> & { usage: string | null };
const COLUMNS =
	"id, kind, function, version, language, key_id, code_sha256, code_bytes, status, error_type, started_at, usage";

function parse(row: Row): ExecutionRow {
	return { ...row, usage: row.usage === null ? null : JSON.parse(row.usage) };
}

/** Statements about executions. Whatever a previous server left running was cut off by its end. */
export function executionTable({ ledger: db }: Store) {
	db.run("UPDATE executions SET status = 'cancelled', error_type = 'ServerStopped' WHERE status = 'running'");
	const insert = db.query<null, (string | number | null)[]>(
		`INSERT INTO executions (id, namespace_id, key_id, kind, function, version, language, code_sha256, code_bytes, status, started_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', ?)`,
	);
	const finish = db.query<null, [string, string | null, string, string]>(
		"UPDATE executions SET status = ?, error_type = ?, usage = ? WHERE id = ?",
	);
	const addCall = db.query<null, (string | number | null)[]>(
		"INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	);
	const addEgress = db.query<null, (string | number)[]>("INSERT INTO egress VALUES (?, ?, ?, ?, ?, ?, ?)");
	const egress = db.query<Omit<LedgerEgress, "allowed"> & { allowed: number }, [string]>(
		"SELECT function, at, host, port, allowed, reason FROM egress WHERE execution_id = ? ORDER BY rowid",
	);
	const addOutput = db.query<null, [string, string, string, string]>(
		"INSERT INTO outputs VALUES (?, ?, ?, ?)",
	);
	const byId = db.query<Row, [string, number]>(
		`SELECT ${COLUMNS} FROM executions WHERE id = ? AND namespace_id = ?`,
	);
	const calls = db.query<LedgerCall, [string]>(
		"SELECT seq, parent, function, version, depth, count, status, error_type, wall_ms, bytes_in, bytes_out FROM calls WHERE execution_id = ? ORDER BY seq",
	);
	const outputs = db.query<LedgerOutput, [string]>(
		"SELECT function, stdout, stderr FROM outputs WHERE execution_id = ?",
	);
	const list = db.query<
		Row,
		[
			{
				namespace: number;
				key: string | null;
				status: string | null;
				fn: string | null;
				before: string | null;
				limit: number;
			},
		]
	>(
		`SELECT ${COLUMNS} FROM executions WHERE namespace_id = $namespace
		AND ($key IS NULL OR key_id = $key) AND ($status IS NULL OR status = $status) AND ($fn IS NULL OR function = $fn)
		AND ($before IS NULL OR seq < (SELECT seq FROM executions WHERE id = $before AND namespace_id = $namespace))
		ORDER BY seq DESC LIMIT $limit`,
	);
	const end = db.transaction(
		(
			id: string,
			status: Status,
			errorType: string | null,
			usage: Usage,
			made: LedgerCall[],
			printed: LedgerOutput[],
			decided: LedgerEgress[] = [],
		) => {
			finish.run(status, errorType, JSON.stringify(usage), id);
			for (const one of made) {
				addCall.run(
					id,
					one.seq,
					one.parent,
					one.function,
					one.version,
					one.depth,
					one.count,
					one.status,
					one.error_type,
					one.wall_ms,
					one.bytes_in,
					one.bytes_out,
				);
			}
			for (const { function: name, at, host, port, allowed, reason } of decided) {
				addEgress.run(id, name, at, host, port, allowed ? 1 : 0, reason);
			}
			for (const one of printed) addOutput.run(id, one.function, one.stdout, one.stderr);
		},
	);
	/** Ends that found the disk full: no more than were under way then, since nothing starts on a full disk. */
	const late: Parameters<typeof end>[] = [];
	const write = (row: Parameters<typeof end>): boolean => {
		try {
			end.immediate(...row);
			return true;
		} catch (error) {
			if (isDiskFull(error)) return false;
			throw error;
		}
	};
	const writeLate = (): boolean => {
		for (let row = late[0]; row; row = late[0]) {
			try {
				if (!write(row)) return false;
			} catch {
				// Its namespace was deleted meanwhile, and the execution with it.
			}
			late.shift();
		}
		return true;
	};
	return {
		/** Throws disk_full: what can't be written down does not run. */
		start(one: LedgerStart): void {
			const hash = new Bun.CryptoHasher("sha256").update(one.code).digest("hex");
			const bytes = Buffer.byteLength(one.code);
			const now = new Date().toISOString();
			guardDisk(() => {
				if (!writeLate()) throw new BrigError("disk_full");
				insert.run(
					one.id,
					one.namespaceId,
					one.keyId,
					one.kind,
					one.function,
					one.version,
					one.language,
					hash,
					bytes,
					now,
				);
			});
		},
		/** False when the disk is full: the row is kept, and written with the next one that finds room. */
		end(...row: Parameters<typeof end>): boolean {
			if (writeLate() && write(row)) return true;
			late.push(row);
			return false;
		},
		find(
			namespaceId: number,
			id: string,
		): (ExecutionRow & { call_tree: LedgerCall[]; outputs: LedgerOutput[]; egress: LedgerEgress[] }) | null {
			const row = byId.get(id, namespaceId);
			if (!row) return null;
			const decided = egress.all(id).map((one) => ({ ...one, allowed: one.allowed === 1 }));
			return { ...parse(row), call_tree: calls.all(id), outputs: outputs.all(id), egress: decided };
		},
		/** Newest first. */
		list: (namespaceId: number, options: ListOptions): ExecutionRow[] =>
			list
				.all({
					namespace: namespaceId,
					key: options.keyId,
					status: options.status,
					fn: options.function,
					before: options.before,
					limit: options.limit,
				})
				.map(parse),
	};
}
export type ExecutionTable = ReturnType<typeof executionTable>;
