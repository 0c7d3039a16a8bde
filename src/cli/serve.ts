/**
 * `brig serve`: the server in the foreground, until a signal.
 * @module
 */
import { parseArgs } from "node:util";
import { loadConfig } from "../config.ts";
import { type DataFolder, openDataFolder } from "../data-folder.ts";
import { isDiskFull } from "../errors.ts";
import { stderrLog } from "../log.ts";
import { findCgroups } from "../sandbox/find-cgroups.ts";
import { canMapIds } from "../sandbox/outer-ids.ts";
import { checkMachine } from "../sandbox/requirements.ts";
import { type RunningServer, startServer } from "../server.ts";
import { keyTable } from "../store/keys.ts";
import { namespaceTable } from "../store/namespaces.ts";
import { openStore, type Store } from "../store/open.ts";
import { openCertificate } from "../tls/open.ts";
import { VERSION } from "../version.ts";
import { settingOptions } from "./setting-options.ts";

export const help = `brig serve: run the server in the foreground.

  brig serve [--listen HOST:PORT] [--data DIR] [--public-url URL] [--without-cgroups]
             [--tls-cert FILE --tls-key FILE | --acme DOMAIN [--acme-directory URL] | --plain-http]

  --listen HOST:PORT   where to listen; port 0 takes a free one (default 127.0.0.1:8484)
  --data DIR           where everything is kept (default /var/lib/brig as root, else ~/.local/share/brig)
  --public-url URL     the address that clients use, when a proxy stands before the server
  --tls-cert FILE      serve HTTPS with this certificate and its chain; a changed file is taken up
  --tls-key FILE       and this key, both in PEM
  --acme DOMAIN        serve HTTPS with a certificate obtained and renewed from an authority (Let's Encrypt),
                       which checks the domain at its port 80; you agree to the authority's terms
  --acme-directory URL another authority
  --acme-email EMAIL   where the authority may write to
  --acme-ca FILE       the root certificate of an authority of your own
  --acme-http-listen HOST:PORT
                       where its check is answered, when something else has port 80 and passes it on
  --plain-http         listen on more than loopback without TLS, behind a proxy of yours
  --without-cgroups    development mode: limits by rlimit alone
  --concurrency N      executions at once (default twice the cores)
  --egress-private A,B hosts that may have private addresses, for functions that declare them
  --dns-servers A,B    DNS servers for functions' hosts, instead of the machine's
  --warm N             sandboxes of each language that wait ready (default the cores; 0 for none)
  --ledger-days N      how long executions are kept in the ledger (default 30)
  --ledger-mb N        about how much room it may take; the oldest go first (default 512)

Each can come from the environment (BRIG_LISTEN, BRIG_DATA, …) or /etc/brig/brig.toml (listen = "…").

Example:
  brig serve --data ./data --without-cgroups
`;

const say = (line: string) => process.stderr.write(`${line}\n`);

/** Runs until SIGTERM or SIGINT; the exit code. */
export async function run(args: string[]): Promise<number> {
	const { values } = parseArgs({ args, options: settingOptions() });
	const config = loadConfig(values);
	const cgroups = findCgroups(config.without_cgroups);
	if (!canMapIds() && !config.without_cgroups) {
		throw new Error(
			"This user can map no user id but its own into a sandbox: run brig as root or with CAP_SETUID and CAP_SETGID, or with --without-cgroups for development.",
		);
	}
	checkMachine();
	let folder: DataFolder | undefined;
	let store: Store | undefined;
	let server: RunningServer | undefined;
	// From here on: who reads that it listens may ask it to stop in the same moment.
	const stopping = stopSignal();
	const stopped = new AbortController();
	void stopping.then(() => stopped.abort());
	try {
		folder = openDataFolder(config.data);
		store = openStore(config.data);
		const certificate = await openCertificate(config, stderrLog, stopped.signal);
		server = await startServer(config, folder, store, cgroups, stderrLog, certificate, () =>
			loadConfig(values),
		);
		say(`brig: version ${VERSION}, data in ${config.data}, ${cgroups.description}`);
		if (folder.replaced)
			say(`brig: a restore had been cut off and is done now; what it replaced is in ${folder.replaced}`);
		if (!canMapIds())
			say("brig: every sandbox runs under this user's own id (no CAP_SETUID): development only");
		makeFirst(folder, store, server.services.publicUrl());
		say(`brig: listening on ${server.url}`);
		const signal = await stopping;
		say(`brig: ${signal}, stopping`);
		await server.stop();
		say("brig: stopped");
		return 0;
	} catch (error) {
		// Asked to stop before it served: nothing went wrong.
		if (stopped.signal.aborted && !server) return 0;
		if (!isDiskFull(error)) throw error;
		throw new Error(
			`The disk under the data folder ${config.data} is full (${(error as Error).message}): make room there, or choose another folder with --data.`,
		);
	} finally {
		store?.close();
		folder?.unlock();
	}
}

/** What an empty data folder starts with. Under systemd the keys are made by hand, so that no journal holds them. */
function makeFirst(folder: DataFolder, store: Store, url: string): void {
	const namespaces = namespaceTable(store);
	if (!folder.fresh && namespaces.list().length > 0) return;
	const namespace = namespaces.find("default") ?? namespaces.create("default");
	if (process.env.JOURNAL_STREAM) return;
	const keys = keyTable(store);
	const admin = keys.create({ name: "first admin key", scopes: ["admin"], namespace: null, services: null });
	const run = keys.create({ name: "first run key", scopes: ["run"], namespace, services: null });
	say(`
The two first keys, shown only now. Register a function with the admin key:

  curl --data-binary @get_orders.py -X PUT -H "Authorization: Bearer ${admin.key}" ${url}/v1/namespaces/default/functions/orders.get_orders

Connect Claude Code with the run key:

  claude mcp add --transport http brig ${url}/mcp/run/default --header "Authorization: Bearer ${run.key}"
`);
}

/** The first signal that asks to stop; a second one changes nothing. */
function stopSignal(): Promise<string> {
	return new Promise((resolve) => {
		for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => resolve(signal));
	});
}
