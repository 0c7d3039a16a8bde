import { join } from "node:path";
import t from "tap";
import { withoutCgroups } from "../../src/sandbox/cgroup.ts";
import { Pool } from "../../src/sandbox/pool.ts";
import { Sandboxes } from "../../src/sandbox/sandboxes.ts";
import { LIMITS, makeParts, noJails, until } from "./real.ts";

t.test(
	"after a start that failed the pool fills by itself, without a request",
	{ skip: noJails },
	async (t) => {
		const { parts, folder } = await makeParts(t);
		const sandboxes = new Sandboxes({
			parts,
			folder: join(folder, "run"),
			cgroups: withoutCgroups,
			warm: 0,
			usual: LIMITS,
			several: () => false,
			log: () => {},
		});
		t.teardown(() => sandboxes.close());
		const pool = new Pool(1, () => true);
		t.teardown(() => pool.close());
		let starts = 0;
		await pool.keep("python", () => {
			if (starts++ === 0) throw new Error("killed while it started");
			return sandboxes.lease({
				owner: 1,
				language: "python",
				limits: LIMITS,
				bodyBytes: 1_000,
				outputBytes: 1_000,
			});
		});
		t.equal(pool.waiting("python"), 0);
		await until("one waits", () => pool.waiting("python") === 1);
		t.equal(starts, 2);
	},
);
