/** The running server's own word on its health. @module */
import * as v from "valibot";
import { oneLine } from "../functions/text.ts";
import type { Check } from "./check.ts";
import { notForThisUser } from "./files.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import type { Up } from "./server-state.ts";

const LOGS = "`journalctl -u brig` says why";

/** An idle server starts a sandbox once a minute; one whose memory is all taken may have to wait for the longest execution. */
const STALE_S = 600;

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
				return healthOf(found);
		}
	},
};

/** What the server says of itself. */
export function healthOf({ health, metrics, pid }: Omit<Up, "kind" | "socket">): Finding {
	const said = v.safeParse(Health, health.body);
	const word = said.success ? oneLine(said.output.status, 200) : "nothing that can be read";
	const process = pid === null ? "" : `process ${pid}, `;
	if (health.status !== 200 || word !== "ok") {
		return fail(
			`${process}unhealthy (${health.status}): ${word}`,
			`Its last sandbox did not start: mend what fails above; ${LOGS}.`,
		);
	}
	const well = `${process}healthy, answered in ${Math.round(health.ms)} ms`;
	const unconfined = metric(metrics, "brig_attestation_failures_total") ?? 0;
	if (unconfined > 0) {
		return warn(
			`${well}; ${unconfined} sandboxes since its start were not confined as asked, and not used`,
			"`journalctl -u brig | grep attestation_failed` says in what: a part of the machine differs from what was asked.",
		);
	}
	const at = metric(metrics, "brig_sandbox_last_start_timestamp_seconds");
	if (!at) return ok(well);
	const seconds = Math.round(Date.now() / 1_000 - at);
	const started = `${well}, its last sandbox started ${seconds} s ago`;
	if (seconds <= STALE_S) return ok(started);
	return warn(
		started,
		`It starts one every minute when it is well: restart it (\`systemctl restart brig\`); ${LOGS}.`,
	);
}

/** The value of a series without labels in Prometheus' text; null when it is not there. */
function metric(text: string | null, name: string): number | null {
	const value = new RegExp(`^${name} (\\S+)$`, "m").exec(text ?? "")?.[1];
	return value === undefined ? null : Number(value);
}
