/**
 * What a hostile program could find on this host, laid out for it: a file, a folder, sockets, a process.
 * @module
 */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

export interface Bait {
	/** Where it is, for the program. */
	facts: Record<string, string | number>;
	/** What was taken of it, in words, given all that came out of the sandbox. */
	taken(text: string): Promise<string[]>;
	remove(): Promise<void>;
}

/** Connections are counted by this process, a moment after they are made. */
const MOMENT_MS = 50;
const LIFETIME_S = 120;

/** Everybody on this host could take all of it: only a sandbox keeps anybody out. */
export async function layBait(): Promise<Bait> {
	const folder = mkdtempSync(join(tmpdir(), "brig-bait-"));
	const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
	const remove = async () => {
		for (const stop of stops.splice(0).reverse()) await stop();
	};
	try {
		chmodSync(folder, 0o777);
		const secret = randomBytes(16).toString("hex");
		const [canary, socket] = [join(folder, "canary"), join(folder, "socket")];
		const abstract = `brig-bait-${randomBytes(8).toString("hex")}`;
		writeFileSync(canary, secret);
		chmodSync(canary, 0o666);
		const visits: string[] = [];
		const counting = (name: string) => ({
			open(client: { end(): void }) {
				visits.push(name);
				client.end();
			},
			data() {},
		});
		const tcp = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: counting("reach a port of the host") });
		const hidden = Bun.listen({
			unix: `\0${abstract}`,
			socket: counting("reach an abstract socket of the host"),
		});
		const file = Bun.listen({ unix: socket, socket: counting("reach a socket file of the host") });
		for (const listener of [tcp, hidden, file]) stops.push(() => listener.stop(true));
		chmodSync(socket, 0o666);
		const victim = Bun.spawn(["sleep", String(LIFETIME_S)], { stdio: ["ignore", "ignore", "ignore"] });
		stops.push(() => {
			victim.kill("SIGKILL");
			return victim.exited;
		});
		const [before, name] = [readdirSync(folder).sort().join(), hostname()];
		return {
			facts: { canary, folder, port: tcp.port, abstract, socket, victim: victim.pid },
			async taken(text) {
				await Bun.sleep(MOMENT_MS);
				const written =
					readdirSync(folder).sort().join() !== before || readFileSync(canary, "utf8") !== secret;
				const dead = victim.exitCode !== null || victim.signalCode !== null;
				return [
					...(text.includes(secret) ? ["read a file of the host"] : []),
					...(written ? ["write into a folder of the host"] : []),
					...new Set(visits),
					...(dead ? ["kill a process of the host"] : []),
					...(hostname() !== name ? ["change the host's name"] : []),
				];
			},
			remove,
		};
	} catch (error) {
		await remove();
		throw error;
	}
}
