/**
 * A server that is killed and comes back on the same data.
 * @module
 */
import type { Teardown } from "../../attack/support/host.ts";
import { PATIENCE } from "../../patience.ts";
import { makeDataFolder, startBrig, type TestBrig } from "../../server.ts";
import { type Held, processesOfJails } from "./counts.ts";

/** How long jails may outlive their server. */
const AT_ONCE_MS = 2_000 * PATIENCE;

/** A server that can be killed: whoever uses it afterwards gets the next one on the same data. */
export class Mortal {
	brig!: TestBrig;
	kills = 0;
	slowestMs = 0;
	#coming: Promise<void> = Promise.resolve();
	readonly #data: string;
	readonly #temporary: string;
	#keys: Pick<TestBrig, "runKey" | "adminKey"> | undefined;

	constructor(private readonly t: Teardown) {
		this.#data = makeDataFolder(t);
		this.#temporary = makeDataFolder(t);
	}

	get held(): Held {
		return { pid: this.brig.process.pid, data: this.#data, temporary: this.#temporary };
	}

	async start(): Promise<void> {
		const brig = await startBrig(this.t, {
			data: this.#data,
			env: { TMPDIR: this.#temporary },
			args: ["--warm", "1"],
		});
		this.#keys ??= { runKey: brig.runKey, adminKey: brig.adminKey };
		this.brig = { ...brig, ...this.#keys };
	}

	/** The server that is there now, or will be. */
	async alive(): Promise<TestBrig> {
		await this.#coming;
		return this.brig;
	}

	/** Kills it, waits until everything of it is gone, and starts the next. Throws when something outlives it. */
	kill(): Promise<void> {
		this.kills++;
		this.#coming = this.#replace();
		return this.#coming;
	}

	async #replace(): Promise<void> {
		const start = Date.now();
		this.brig.process.kill("SIGKILL");
		await this.brig.process.exited;
		while (processesOfJails(this.#data).length > 0) {
			if (Date.now() - start > AT_ONCE_MS) throw new Error("jails have outlived their server");
			await Bun.sleep(10);
		}
		this.slowestMs = Math.max(this.slowestMs, Date.now() - start);
		await this.start();
	}
}
