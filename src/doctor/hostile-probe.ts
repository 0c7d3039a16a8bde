/**
 * A sandboxed program that tries to get out. What it leaves behind is looked for from outside; what it says of itself
 * is believed only when it says that something worked.
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import { someNames } from "../functions/text.ts";
import { layBait } from "./bait.ts";
import type { Check } from "./check.ts";
import { fail, ok, warn } from "./finding.ts";
import program from "./hostile-probe.py" with { type: "text" };

const TIME_MS = 40_000;
const Report = v.object({ tried: v.number(), done: v.array(v.string()), seen: v.array(v.string()) });

export const hostileProbe: Check = {
	name: "hostile-probe",
	timeoutMs: TIME_MS,
	async run(context, signal) {
		const sandboxes = await context.sandboxes();
		const bait = await layBait();
		try {
			const facts = {
				...bait.facts,
				closed: [
					"/etc/shadow",
					"/etc/machine-id",
					join(context.data, "seal.key"),
					join(context.data, "brig.db"),
				],
			};
			const code = program.replace("@FACTS@", Buffer.from(JSON.stringify(facts)).toString("base64"));
			const ran = await sandboxes.run("python", code, signal);
			const taken = await bait.taken(ran.ok ? ran.text : "");
			const report = ran.ok ? v.safeParse(Report, ran.value) : null;
			const done = [...taken, ...(report?.success ? report.output.done : [])];
			if (done.length) return escaped(done);
			if (!ran.ok && ran.busy)
				return warn(
					"not tried: the running server has no sandbox free",
					"Run it again when it has less to do.",
				);
			if (!ran.ok) return fail(`it could not be tried: ${ran.reason}`, "Mend what fails above first.");
			if (!report?.success)
				return fail("it did not come to its end", "Run it again; if it stays, report this line.");
			return ok(`${report.output.tried} ways out tried, none worked`);
		} finally {
			await bait.remove();
		}
	},
};

function escaped(done: string[]) {
	return fail(
		`a sandboxed program could: ${someNames(done)}`,
		"Stop the server now. A restart unpacks its parts anew; if this stays, run no foreign code on this machine.",
	);
}
