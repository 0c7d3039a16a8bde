import { Database } from "bun:sqlite";
import { join } from "node:path";
import t from "tap";
import { type Api, api } from "../http/support/client.ts";
import { PATIENCE } from "../patience.ts";
import type { Actor } from "./support/actors/actor.ts";
import { Author } from "./support/actors/author.ts";
import { Keeper } from "./support/actors/keeper.ts";
import { Locksmith } from "./support/actors/locksmith.ts";
import { Mortal } from "./support/mortal.ts";
import { seeded } from "./support/random.ts";
import { progress, report } from "./support/report.ts";

const KILLS = Number(process.env.BRIG_SOAK_KILLS) || 5;
/** How long the load goes on before a kill. */
const LEAST_LOAD_MS = 100 * PATIENCE;
const MOST_LOAD_MS = 800 * PATIENCE;

const random = seeded();

/** What the database's own checks find; empty when it is whole. */
function damage(data: string): unknown[] {
	const db = new Database(join(data, "brig.db"), { readonly: true });
	try {
		const checks = db.query("PRAGMA integrity_check").values().flat();
		return [...checks.filter((one) => one !== "ok"), ...db.query("PRAGMA foreign_key_check").values()];
	} finally {
		db.close();
	}
}

/** Runs programs until the server goes. */
async function execute(call: Api): Promise<void> {
	for (let going = true; going; ) {
		const body = { language: "python", code: "import time\ntime.sleep(0.05)" };
		going = await call("POST", "execute", { body }).then(
			() => true,
			() => false,
		);
	}
}

/** Makes changes until the server goes. Throws when it refuses one. */
async function changeOn(actor: Actor, call: Api): Promise<void> {
	while (await actor.change(call));
}

t.setTimeout((60_000 + KILLS * 15_000) * PATIENCE);

t.test(
	`${KILLS} times kill -9 of the server under load: nothing acknowledged is lost, nothing is half there (seed ${random.seed})`,
	async (t) => {
		t.setTimeout((60_000 + KILLS * 15_000) * PATIENCE);
		const server = new Mortal(t);
		await server.start();
		const first = api(server.brig);
		const made = await first("POST", "/v1/keys", { body: { name: "writer", scopes: ["write"] } });
		const keepers = [0, 1].map((number) => new Keeper(random, `DURABLE_${number}`));
		for (const keeper of keepers) await keeper.prepare(first);
		const actors: Actor[] = [
			...["alpha", "beta_ts", "gamma"].map((name) => new Author(random, name, made.json.key)),
			...keepers,
			...["smith", "wright"].map((name) => new Locksmith(random, name)),
		] as Actor[];
		const told = progress("kills", KILLS);
		for (let kill = 0; kill < KILLS; kill++) {
			const call = api(server.brig);
			const load = Promise.allSettled([...actors.map((actor) => changeOn(actor, call)), execute(call)]);
			await Bun.sleep(LEAST_LOAD_MS + random.number(MOST_LOAD_MS - LEAST_LOAD_MS));
			await server.kill();
			const refusals = (await load).flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
			t.same(refusals, [], "no change is refused");
			const thorough = kill === KILLS - 1;
			const faults = await Promise.all(actors.map((actor) => actor.verify(api(server.brig), thorough)));
			t.same(faults.flat(), [], `kill ${kill + 1}: what was acknowledged is there and works`);
			t.same(damage(server.held.data), [], "the database is whole");
			told(kill + 1);
		}
		const counts: Record<string, number> = { Author: 0, Keeper: 0, Locksmith: 0 };
		for (const actor of actors) {
			counts[actor.constructor.name] = (counts[actor.constructor.name] ?? 0) + actor.acknowledged;
		}
		const changes = `acknowledged changes: ${JSON.stringify(counts)}`;
		t.notOk(Object.values(counts).includes(0), changes);
		report(`${KILLS} kills of the server; ${changes}`);
		report(`jails outlived their server by ${server.slowestMs} ms at most`);
	},
);
