/**
 * A running server on one data folder: put together, started, stopped.
 * @module
 */
import { chmodSync, existsSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Config, ConfigError } from "./config.ts";
import type { DataFolder } from "./data-folder.ts";
import { parsePatterns } from "./egress/patterns.ts";
import { type Lookup, makeLookup } from "./egress/resolver.ts";
import { Admission } from "./execution/admission.ts";
import { Executor } from "./execution/executor.ts";
import { inspector } from "./execution/inspection.ts";
import { DEFAULT_JAIL_LIMITS } from "./execution/own-limits.ts";
import { Trust } from "./execution/trust.ts";
import { Catalogs } from "./functions/catalogs.ts";
import { ValueChecks } from "./functions/value-checks.ts";
import { asHttp, makeApp } from "./http/app.ts";
import { markLocal } from "./http/auth.ts";
import { addGauges } from "./http/gauges.ts";
import type { Services } from "./http/services.ts";
import type { Log } from "./log.ts";
import { mcpRoutes } from "./mcp/routes.ts";
import { Metrics } from "./metrics.ts";
import { reloader } from "./reload.ts";
import type { Cgroups } from "./sandbox/cgroup.ts";
import type { JailError } from "./sandbox/jail-error.ts";
import { unpackParts } from "./sandbox/parts.ts";
import { Sandboxes } from "./sandbox/sandboxes.ts";
import { credentialWarnings } from "./secrets/credential-warnings.ts";
import { checkSecretName } from "./secrets/names.ts";
import { vault } from "./secrets/vault.ts";
import { executionTable } from "./store/executions.ts";
import { functionTable } from "./store/functions.ts";
import { keyTable } from "./store/keys.ts";
import { namespaceTable } from "./store/namespaces.ts";
import type { Store } from "./store/open.ts";
import { startPruning } from "./store/pruning.ts";
import { type Listener, listen } from "./tls/listener.ts";
import { publicUrl } from "./tls/public-url.ts";
import type { CertificateSource } from "./tls/source.ts";

/** Bodies are bounded by the routes, which answer in the contract's shape; this is a bound on Bun's own buffering. */
const TRANSPORT_BODY_BYTES = 128 * 1024 * 1024;
const IDLE_SECONDS = 30;
/** What runs may still end in; the unit's TimeoutStopSec leaves as much again for the rest of the stop. */
const STOP_GRACE_MS = 10_000;
const PROBE_MS = 60_000;

export interface RunningServer {
	services: Services;
	/** Where it listens, as clients on this machine write it. */
	url: string;
	stop(): Promise<void>;
}

/** How many executions run at once. */
const placesOf = ({ concurrency }: Config) => concurrency ?? 2 * availableParallelism();

/** How functions' hosts are looked up. Throws ConfigError for servers and hosts that are none. */
function lookupOf({ dns_servers, egress_private }: Config): Lookup {
	try {
		parsePatterns(egress_private, "egress_private");
	} catch (error) {
		throw new ConfigError(`The setting egress_private is wrong: ${(error as Error).message}`);
	}
	try {
		return makeLookup(dns_servers);
	} catch (error) {
		throw new ConfigError(`The setting dns_servers is wrong: ${(error as Error).message}`);
	}
}

/** Waits for the proof that sandboxes can be had here. Throws an Error with one sentence. */
async function firstSandbox(warm: Promise<void>): Promise<void> {
	try {
		await warm;
	} catch (error) {
		const { message, reason } = error as JailError;
		throw new Error(`No sandbox can be started on this machine: ${reason ?? message}.`);
	}
}

/**
 * Starts everything on an open store. Throws an Error with one sentence when a part does not start.
 * @param certificate what HTTPS is served with; null for plain HTTP
 * @param read reads the settings again
 */
export async function startServer(
	config: Config,
	folder: DataFolder,
	store: Store,
	cgroups: Cgroups,
	log: Log,
	certificate: CertificateSource | null,
	read: () => Config,
): Promise<RunningServer> {
	const secrets = vault(store, join(config.data, "seal.key"));
	const parts = await unpackParts(folder.bin);
	const namespaces = namespaceTable(store);
	const { several } = namespaces;
	const metrics = new Metrics();
	const sandboxes = new Sandboxes({
		parts: { ...parts, executable: folder.executable },
		folder: folder.run,
		cgroups,
		log,
		warm: config.warm,
		usual: DEFAULT_JAIL_LIMITS,
		several,
		started: (language, result, ms) => metrics.sandboxStarted(language, result, ms),
	});
	const warm = sandboxes.warmUp();
	// Looked at below: what fails before that is said instead.
	warm.catch(() => {});
	const functions = functionTable(store);
	const executions = executionTable(store);
	const admission = new Admission(placesOf(config), several);
	const checks = new ValueChecks();
	const trust = new Trust(secrets, config.egress_private, lookupOf(config), log);
	const executor = new Executor(admission, sandboxes, functions, executions, checks, trust, log, metrics);
	const services: Services = {
		config,
		log,
		metrics,
		namespaces,
		keys: keyTable(store),
		secrets,
		functions,
		executions,
		catalogs: new Catalogs(functions),
		inspect: inspector(admission, sandboxes),
		declarations: {
			secretNames: (namespaceId) => secrets.list(namespaceId).map(({ name }) => name),
			checkSecretName,
			checkEgress: (list) => parsePatterns(list).map(({ text }) => text),
			credentialWarnings,
		},
		checks,
		admission,
		executor,
		sandboxes,
		certificate,
		publicUrl: () => publicUrl(config, listener.port, certificate?.current() ?? null),
		reload: reloader(config, read, [
			{ settings: ["concurrency"], change: (next) => () => admission.resize(placesOf(next)) },
			{
				settings: ["egress_private", "dns_servers"],
				change: (next) => {
					const look = lookupOf(next);
					return () => trust.change(next.egress_private, look);
				},
			},
		]),
		keepOpen: (request) => {
			listener.keepOpen(request);
			local.timeout(request, 0);
		},
	};
	addGauges(metrics.registry, services);
	const app = makeApp(services).use(mcpRoutes(services));
	await firstSandbox(warm);
	const socket = join(config.data, "brig.sock");
	if (existsSync(socket)) rmSync(socket);
	let listener: Listener;
	try {
		listener = listen(
			{
				host: config.host,
				port: config.port,
				idleSeconds: IDLE_SECONDS,
				maxRequestBodySize: TRANSPORT_BODY_BYTES,
				fetch: (request) => app.handle(certificate ? asHttp(request) : request),
				log,
			},
			certificate?.current() ?? null,
		);
	} catch (error) {
		throw new Error(
			`Listening on ${config.listen} failed: ${(error as Error).message}. Choose another address with --listen.`,
		);
	}
	certificate?.onChange((next) => listener.use(next));
	const local = Bun.serve({
		unix: socket,
		maxRequestBodySize: TRANSPORT_BODY_BYTES,
		development: false,
		fetch: (request) => app.handle(markLocal(request)),
	});
	chmodSync(socket, 0o600);
	sandboxes.watch(PROBE_MS);
	const bounds = { days: config.ledger_days, megabytes: config.ledger_mb };
	const pruning = startPruning(store, bounds, log);
	const shown = config.host.includes(":") ? `[${config.host}]` : config.host;
	return {
		services,
		url: `${certificate ? "https" : "http"}://${shown}:${listener.port}`,
		async stop() {
			certificate?.close();
			pruning.stop();
			for (const server of [listener, local]) void server.stop(false);
			await executor.stop(STOP_GRACE_MS);
			await sandboxes.close();
			checks.close();
			for (const server of [listener, local]) await server.stop(true);
			rmSync(socket, { force: true });
		},
	};
}
