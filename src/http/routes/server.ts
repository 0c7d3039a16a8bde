/** The server itself: how it is doing, and its settings read again. @module */
import { Elysia } from "elysia";
import { ConfigError } from "../../config.ts";
import { BrigError } from "../../errors.ts";
import { COMMIT, VERSION } from "../../version.ts";
import { authenticate, requireGlobalAdmin } from "../auth.ts";
import type { Services } from "../services.ts";

export function serverRoutes({ keys, sandboxes, certificate, publicUrl, reload, log }: Services) {
	const startedAt = new Date().toISOString();
	return new Elysia()
		.get("/v1/status", ({ request }) => {
			requireGlobalAdmin(authenticate(request, keys));
			return {
				version: VERSION,
				commit: COMMIT,
				started_at: startedAt,
				health: sandboxes.health,
				public_url: publicUrl(),
				certificate: certificate?.status() ?? null,
			};
		})
		.post("/v1/reload", ({ request }) => {
			requireGlobalAdmin(authenticate(request, keys));
			try {
				const reloaded = reload();
				log("reloaded", {
					changed: reloaded.changed.join(" "),
					needs_restart: reloaded.needs_restart.join(" "),
				});
				return reloaded;
			} catch (error) {
				if (!(error instanceof ConfigError)) throw error;
				log("reload_refused", { reason: error.message });
				throw new BrigError("bad_settings", error.message);
			}
		});
}
