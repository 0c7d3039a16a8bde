/**
 * Sockets of the host that nobody may reach from a jail; each counts who came.
 * @module
 */
import { randomBytes } from "node:crypto";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import type { Teardown } from "./host.ts";

export interface Listeners {
	tcpPort: number;
	udpPort: number;
	/** Without the leading NUL. */
	abstractName: string;
	/** A socket file that everybody may open. */
	socket: string;
	/** Connections and datagrams so far, by socket. */
	visits(): Record<string, number>;
	/** Comes by every way itself, so that a listener that never counts is noticed. */
	visit(): Promise<void>;
}

/** Listens on every address of the host, by TCP, UDP, an abstract UNIX socket and one with a file. */
export async function listen(t: Teardown, folder: string): Promise<Listeners> {
	const seen = { tcp: 0, udp: 0, abstract: 0, file: 0 };
	const counting = (name: keyof typeof seen) => ({
		open(socket: { end(): void }) {
			seen[name]++;
			socket.end();
		},
		data() {},
	});
	const tcp = Bun.listen({ hostname: "0.0.0.0", port: 0, socket: counting("tcp") });
	const udp = await Bun.udpSocket({ hostname: "0.0.0.0", socket: { data: () => void seen.udp++ } });
	const abstractName = `attack-${randomBytes(6).toString("hex")}`;
	const abstract = Bun.listen({ unix: `\0${abstractName}`, socket: counting("abstract") });
	const socket = join(folder, "socket");
	const file = Bun.listen({ unix: socket, socket: counting("file") });
	chmodSync(socket, 0o666);
	t.teardown(() => {
		for (const listener of [tcp, abstract, file]) listener.stop(true);
		udp.close();
	});
	const nothing = { data() {}, open() {} };
	return {
		tcpPort: tcp.port,
		udpPort: udp.port,
		abstractName,
		socket,
		visits: () => ({ ...seen }),
		async visit() {
			await Bun.connect({ hostname: "127.0.0.1", port: tcp.port, socket: nothing });
			await Bun.connect({ unix: `\0${abstractName}`, socket: nothing });
			await Bun.connect({ unix: socket, socket: nothing });
			const sender = await Bun.udpSocket({});
			sender.send("x", udp.port, "127.0.0.1");
			for (let tries = 0; Object.values(seen).includes(0) && tries < 100; tries++) await Bun.sleep(20);
			sender.close();
		},
	};
}
