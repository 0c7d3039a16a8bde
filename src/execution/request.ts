/**
 * What an execution is asked to do, and how the ledger and the log name it.
 * @module
 */
import type { Catalog } from "../functions/catalogs.ts";
import { fullName } from "../functions/types.ts";
import type { Language } from "../result.ts";
import type { Namespace } from "../store/namespaces.ts";
import type { ListedFunction } from "../store/versions.ts";

/** What both kinds of execution need. */
interface Common {
	namespace: Pick<Namespace, "id" | "name">;
	keyId: string;
	catalog: Catalog;
	/** Wall time in ms, from lease to result. */
	timeoutMs: number;
	/** Fires when the client went away. */
	signal?: AbortSignal;
}
export interface ProgramRequest extends Common {
	kind: "execute";
	language: Language;
	code: string;
}
export interface CallRequest extends Common {
	kind: "call";
	fn: ListedFunction;
	/** The input as JSON text, checked against the schema already. */
	input: string;
}
export type ExecutionRequest = ProgramRequest | CallRequest;

/** What is run, by its names: no code and no input. */
export interface Named {
	kind: "execute" | "call";
	/** The function that is called, null of a program. */
	function: string | null;
	version: number | null;
	language: Language;
}

export function named(request: ExecutionRequest): Named {
	if (request.kind === "execute")
		return { kind: "execute", function: null, version: null, language: request.language };
	const { fn } = request;
	return { kind: "call", function: fullName(fn), version: fn.version, language: fn.language };
}
