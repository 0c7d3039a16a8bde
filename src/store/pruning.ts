/**
 * Keeps the ledger within its age and size: the oldest executions go, a few at a time between requests.
 * @module
 */
import { faultText, type Log } from "../log.ts";
import type { Store } from "./open.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const MEGABYTE = 1024 * 1024;
/** How long one batch may hold up everything else, and how long everything else has then. */
const BATCH_MS = 4;
const PAUSE_MS = 20;
const BATCH_ROWS = 200;
const FIRST_MS = 1_000;
const EVERY_MS = 15_000;
const AFTER_FAULT_MS = 60_000;

export interface LedgerBounds {
	days: number;
	megabytes: number;
}

export interface Pruner {
	/**
	 * Removes executions that are too old or too much, oldest first, for a few milliseconds; how many. None are left
	 * when it is 0. What still runs stays.
	 */
	batch(now: number): number;
	/** About how many bytes the ledger takes. Room that is free within the database's file does not count. */
	bytes(): number;
}

/** The pages in use, less what functions and secrets take: to count the ledger's own rows would mean to read them all. */
export function ledgerPruner({ ledger: db }: Store, { days, megabytes }: LedgerBounds): Pruner {
	const pages = db.query<{ bytes: number }, []>(
		`SELECT (page_count - freelist_count) * page_size AS bytes
		FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
	);
	const others = db.query<{ bytes: number }, []>(
		`SELECT (SELECT coalesce(sum(octet_length(text)), 0) FROM sources)
		+ (SELECT coalesce(sum(octet_length(description) + octet_length(input_schema) + coalesce(octet_length(output_schema), 0)
			+ octet_length(parameters) + octet_length(warnings)), 0) FROM versions)
		+ (SELECT coalesce(sum(octet_length(sealed)), 0) FROM secrets) AS bytes`,
	);
	const oldest = db.query<{ seq: number; started_at: string }, [number]>(
		"SELECT seq, started_at FROM executions WHERE status <> 'running' ORDER BY seq LIMIT ?",
	);
	// Its calls, outputs and decisions go with it.
	const remove = db.query<null, [number]>("DELETE FROM executions WHERE seq = ?");
	const used = () => pages.get()?.bytes ?? 0;
	const rest = () => others.get()?.bytes ?? 0;
	const most = megabytes * MEGABYTE;

	const batch = db.transaction((now: number): number => {
		const end = performance.now() + BATCH_MS;
		const before = new Date(now - days * DAY_MS).toISOString();
		// What functions take is looked at only when it may matter.
		const room = used() > most ? most + rest() : most;
		let removed = 0;
		for (const { seq, started_at } of oldest.all(BATCH_ROWS)) {
			if (started_at >= before && used() <= room) break;
			remove.run(seq);
			removed++;
			if (performance.now() > end) break;
		}
		return removed;
	});
	return { batch: (now) => batch.immediate(now), bytes: () => Math.max(0, used() - rest()) };
}

/** Prunes now and then until `stop` is called; after that the store may be closed. */
export function startPruning(store: Store, bounds: LedgerBounds, log: Log): { stop(): void } {
	const pruner = ledgerPruner(store, bounds);
	let stopped = false;
	let timer = setTimeout(() => void round(), FIRST_MS);
	const round = async (): Promise<void> => {
		let removed = 0;
		let wait = EVERY_MS;
		try {
			for (let some = -1; some !== 0 && !stopped; await Bun.sleep(PAUSE_MS)) {
				some = pruner.batch(Date.now());
				removed += some;
			}
		} catch (error) {
			// A full disk, most likely: removing rows needs some room too.
			log("ledger_not_pruned", { fault: faultText(error) });
			wait = AFTER_FAULT_MS;
		}
		if (removed > 0) log("ledger_pruned", { executions: removed });
		if (!stopped) timer = setTimeout(() => void round(), wait);
	};
	return {
		stop() {
			stopped = true;
			clearTimeout(timer);
		},
	};
}
