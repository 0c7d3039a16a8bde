import t from "tap";
import { startCaller } from "../calls/support.ts";
import { PATIENCE } from "../patience.ts";
import { FORGERIES, type Forged, wanted } from "./support/forgeries.ts";
import { tells } from "./support/told.ts";

t.setTimeout(280_000 * PATIENCE);
const caller = await startCaller(t);

for (const way of Object.keys(FORGERIES) as Forged[]) {
	t.test(`${way} can't be had by exit codes, text, frames or names of errors`, async (t) => {
		const told = wanted(way);
		for (const forgery of FORGERIES[way]) {
			const reply = await tells(t, caller, forgery);
			const got = [reply.status, reply.error?.message, reply.error?.hint];
			t.notSame(got, [told.status, told.message, told.hint], forgery.code.slice(0, 150));
		}
	});
}

t.test(
	"a timeout is by the server's clock: no end shortly before the deadline is one, and no end after it is another",
	async (t) => {
		const MS = 1_000;
		/** How late an answer may be that came in time. */
		const LATE_MS = 250 * PATIENCE;
		for (const share of [0.5, 0.8, 0.9, 0.97, 1, 1.1]) {
			for (const [language, code] of [
				["python", `import os, time\ntime.sleep(${(share * MS) / 1_000})\nos._exit(124)`],
				["typescript", `Bun.sleepSync(${share * MS});\nprocess.exit(124);`],
			] as const) {
				const reply = await caller.run(language, code, { timeout_ms: MS });
				const { wall_ms } = reply.usage;
				const about = `${share} of the time in ${language}: ${reply.status} after ${wall_ms} ms`;
				if (reply.status === "timeout") t.ok(wall_ms >= MS - 1, about);
				else {
					t.match(reply, { status: "error", error: { type: "SystemExit" } }, about);
					t.ok(wall_ms < MS + LATE_MS, about);
				}
				if (share > 1) t.equal(reply.status, "timeout", about);
			}
		}
	},
);
