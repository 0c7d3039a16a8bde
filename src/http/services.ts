/**
 * What the routes work with: the parts of a running server, as one bundle of plain references.
 * @module
 */
import type { Config } from "../config.ts";
import type { Admission } from "../execution/admission.ts";
import type { Executor } from "../execution/executor.ts";
import type { Catalogs } from "../functions/catalogs.ts";
import type { Inspect } from "../functions/register.ts";
import type { ValueChecks } from "../functions/value-checks.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Sandboxes } from "../sandbox/sandboxes.ts";
import type { SecretShelf } from "../secrets/vault.ts";
import type { ExecutionTable } from "../store/executions.ts";
import type { FunctionTable } from "../store/functions.ts";
import type { KeyTable } from "../store/keys.ts";
import type { NamespaceTable } from "../store/namespaces.ts";

/** What decides about secrets and hosts at registration. */
export interface Declarations {
	secretNames: (namespaceId: number) => string[];
	checkSecretName: (name: string) => void;
	checkEgress: (patterns: unknown) => string[];
	credentialWarnings: (source: string) => string[];
}

export interface Services {
	config: Config;
	log: Log;
	metrics: Metrics;
	namespaces: NamespaceTable;
	keys: KeyTable;
	/** Names and dates; what opens values is not for routes. */
	secrets: SecretShelf;
	functions: FunctionTable;
	executions: ExecutionTable;
	catalogs: Catalogs;
	inspect: Inspect;
	declarations: Declarations;
	checks: ValueChecks;
	admission: Admission;
	executor: Executor;
	sandboxes: Sandboxes;
	/** Lifts the idle timeout of a connection whose answer may take long. */
	keepOpen: (request: Request) => void;
}
