/** The running server's own word on its health. @module */
import * as v from "valibot";
import { oneLine } from "../functions/text.ts";
import type { Check } from "./check.ts";
import { notForThisUser } from "./files.ts";
import { fail, ok, warn } from "./finding.ts";

const LOGS = "`journalctl -u brig` says why";

const Health = v.object({ status: v.string() });

export const server: Check = {
	name: "server",
	async run(context) {
		const found = await context.server();
		switch (found.kind) {
			case "none":
				return warn(
					`no server runs on ${context.data}`,
					"`systemctl start brig` or `brig serve` starts one.",
				);
			case "closed":
				return notForThisUser(found.socket);
			case "dead":
				return fail(
					`the server of ${context.data} has ended without stopping: nobody answers at ${found.socket}`,
					`Start it again (\`systemctl start brig\`); ${LOGS}.`,
				);
			case "silent":
				return fail(
					`the running server does not answer: ${oneLine(found.reason, 200)}`,
					`Restart it (\`systemctl restart brig\`); ${LOGS}.`,
				);
			case "up":
				return healthOf(found.health, found.pid);
		}
	},
};

function healthOf(health: { status: number; body: unknown; ms: number }, pid: number | null) {
	const said = v.safeParse(Health, health.body);
	const word = said.success ? oneLine(said.output.status, 200) : "nothing that can be read";
	const process = pid === null ? "" : `process ${pid}, `;
	if (health.status === 200 && word === "ok")
		return ok(`${process}healthy, answered in ${Math.round(health.ms)} ms`);
	return fail(
		`${process}unhealthy (${health.status}): ${word}`,
		`Its last sandbox did not start: mend what fails above; ${LOGS}.`,
	);
}
