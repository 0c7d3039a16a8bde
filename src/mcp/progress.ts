/**
 * Progress on long work, for clients that asked for it.
 * @module
 */
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js";

const EVERY_MS = 2_000;

/** Tells the seconds that have passed, every 2 s, until the work ends. */
export async function withProgress<T>(
	work: Promise<T>,
	extra: RequestHandlerExtra<ServerRequest, ServerNotification>,
): Promise<T> {
	const progressToken = extra._meta?.progressToken;
	if (progressToken === undefined) return work;
	let ticks = 0;
	const timer = setInterval(() => {
		const progress = (++ticks * EVERY_MS) / 1_000;
		const message = `running for ${progress} s`;
		extra
			.sendNotification({ method: "notifications/progress", params: { progressToken, progress, message } })
			.catch(() => {});
	}, EVERY_MS);
	try {
		return await work;
	} finally {
		clearInterval(timer);
	}
}
