/**
 * Pebble, the test authority of the ACME protocol's authors, out of Debian's package. It is unpacked into .cache once.
 * @module
 */
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PATIENCE } from "../../patience.ts";
import { makeAuthority } from "./authority.ts";

const CACHE = resolve(".cache/pebble");
const PROGRAM = join(CACHE, "usr/bin/pebble");

interface Teardown {
	teardown(action: () => unknown): unknown;
}

/** Null once the program is there, else why it is not. */
export function pebbleMissing(): string | null {
	if (existsSync(PROGRAM)) return null;
	const folder = `${CACHE}.${process.pid}`;
	mkdirSync(folder, { recursive: true });
	// apt's own user fetches, where there is one.
	chmodSync(folder, 0o777);
	try {
		const fetched = run(["apt-get", "download", "pebble"], folder);
		if (fetched) return `apt-get can't fetch Debian's package pebble: ${fetched}`;
		const [file = ""] = readdirSync(folder).filter((name) => name.endsWith(".deb"));
		const unpacked = run(["dpkg-deb", "--extract", file, "out"], folder);
		if (unpacked) return `dpkg-deb can't unpack pebble: ${unpacked}`;
		if (!existsSync(CACHE)) renameSync(join(folder, "out"), CACHE);
		return null;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Null when it went well, else what it said last. */
function run(command: string[], cwd: string): string | null {
	if (!Bun.which(command[0] as string)) return `there is no ${command[0]}`;
	const { exitCode, stderr } = Bun.spawnSync(command, { cwd, timeout: 60_000 });
	return exitCode === 0 ? null : (stderr.toString().trim().split("\n").at(-1) ?? `exit ${exitCode}`);
}

export interface PebbleOptions {
	/** The port where it checks domains. */
	httpPort: number;
	/** HOST:PORT of the DNS server that it asks. */
	dns: string;
	/** How long its certificates live. */
	validitySeconds?: number;
	/** The one to take; a free one when absent. */
	port?: number;
	/** More names under which it is called. */
	names?: string[];
}

export interface Pebble {
	directory: string;
	port: number;
	/** A file with the root of its own HTTPS, for --acme-ca. */
	caFile: string;
	/** The root that signs what it gives out, in PEM. */
	issuingRoot(): Promise<string>;
	stop(): Promise<void>;
}

/** Starts it on loopback; stopped when the test ends. */
export async function startPebble(t: Teardown, options: PebbleOptions): Promise<Pebble> {
	const folder = mkdtempSync(join(tmpdir(), "brig-pebble-"));
	const port = options.port ?? freePort();
	const management = freePort();
	const authority = await makeAuthority("Pebble's own");
	const { cert, key } = await authority.issue({
		names: ["localhost", "127.0.0.1", ...(options.names ?? [])],
	});
	const file = (name: string, text: string) => {
		writeFileSync(join(folder, name), text);
		return join(folder, name);
	};
	const caFile = file("ca.pem", authority.root);
	const pebble = {
		listenAddress: `127.0.0.1:${port}`,
		managementListenAddress: `127.0.0.1:${management}`,
		certificate: file("cert.pem", cert),
		privateKey: file("key.pem", key),
		httpPort: options.httpPort,
		tlsPort: 1,
		certificateValidityPeriod: options.validitySeconds ?? 7_776_000,
	};
	const config = file("config.json", JSON.stringify({ pebble }));
	const child = Bun.spawn([PROGRAM, "-config", config, "-dnsserver", options.dns], {
		cwd: folder,
		stdio: ["ignore", "ignore", "ignore"],
		// No pauses; the refused nonces that it deals out now and then stay, as an authority may do that.
		env: { PEBBLE_VA_NOSLEEP: "1" },
	});
	const stop = async () => {
		child.kill();
		await child.exited;
	};
	t.teardown(async () => {
		await stop();
		rmSync(folder, { recursive: true, force: true });
	});
	const directory = `https://localhost:${port}/dir`;
	const get = (url: string) => fetch(url, { tls: { ca: authority.root } });
	for (const end = Date.now() + 15_000 * PATIENCE; ; await Bun.sleep(50)) {
		const up = await get(directory).then(
			({ ok }) => ok,
			() => false,
		);
		if (up) break;
		if (child.exitCode !== null || Date.now() > end) throw new Error("Pebble does not start");
	}
	return {
		directory,
		port,
		caFile,
		issuingRoot: async () => (await get(`https://localhost:${management}/roots/0`)).text(),
		stop,
	};
}

/** A port of loopback that was free a moment ago. */
export function freePort(): number {
	const socket = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
	const { port } = socket;
	socket.stop(true);
	return port;
}
