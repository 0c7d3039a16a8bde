/**
 * Looks on from the host while hostile programs run: are their processes confined, does the server answer?
 * @module
 */
import { PATIENCE } from "../../patience.ts";
import { confinementFaults, descendants, namespacesOf, threads } from "./processes.ts";

/** Looking itself must leave a slow machine to what is looked at. */
const LOOK_MS = 25 * PATIENCE;
const ASK_MS = 20 * PATIENCE;
const FIRST_FOREIGN = 3;

export interface Watch {
	/** What was wrong, each once. */
	faults: Set<string>;
	/** How many foreign processes were looked at, so that a watch that sees nothing is noticed. */
	looks: number;
	/** The most processes and threads of one jail at a time. */
	mostThreads: number;
	/** How long `GET /healthz` took, each time. */
	delays: number[];
	/** Whether delays are written down: a program may say that it takes all of a small machine. */
	timing: boolean;
	stop(): Promise<void>;
}

/** Watches a server until `stop`. */
export function startWatch(url: string, server: number): Watch {
	const watch: Watch = {
		faults: new Set(),
		looks: 0,
		mostThreads: 0,
		delays: [],
		timing: true,
		async stop() {
			going = false;
			await Promise.all([looking, asking]);
		},
	};
	let going = true;
	const host = namespacesOf(process.pid) ?? {};
	/** By nsjail: the namespaces that everything in that jail is in. */
	const jails = new Map<number, string>();
	const looking = (async () => {
		for (; going; await Bun.sleep(LOOK_MS)) look(watch, server, host, jails);
	})();
	const asking = (async () => {
		for (; going; await Bun.sleep(ASK_MS)) {
			const start = performance.now();
			const status = await fetch(`${url}/healthz`).then(
				(answer) => answer.status,
				(error) => String(error),
			);
			if (status !== 200) watch.faults.add(`healthz answered ${status}`);
			if (watch.timing) watch.delays.push(performance.now() - start);
		}
	})();
	return watch;
}

/** The delay that 99 of 100 questions stayed under, in ms. */
export function p99(delays: readonly number[]): number {
	const sorted = [...delays].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0;
}

function look(watch: Watch, server: number, host: Record<string, string>, jails: Map<number, string>): void {
	const perJail = new Map<number, number>();
	for (const { pid, depth, jail } of descendants(server)) {
		if (depth < FIRST_FOREIGN) continue;
		watch.looks++;
		perJail.set(jail, (perJail.get(jail) ?? 0) + threads(pid));
		for (const fault of confinementFaults(pid)) watch.faults.add(`a process in a jail: ${fault}`);
		const own = namespacesOf(pid);
		if (!own) continue;
		for (const [name, id] of Object.entries(own))
			if (id === host[name]) watch.faults.add(`a process in a jail is in the host's ${name} namespace`);
		const all = JSON.stringify(own);
		const known = jails.get(jail) ?? all;
		jails.set(jail, known);
		if (known !== all) watch.faults.add(`a process has left its jail's namespaces: ${known} → ${all}`);
	}
	watch.mostThreads = Math.max(watch.mostThreads, ...perJail.values());
}
