/** What an operator's Prometheus reads. @module */
import { Elysia } from "elysia";
import { authenticate, requireGlobalAdmin } from "../auth.ts";
import type { Services } from "../services.ts";

export function metricsRoutes(services: Services) {
	const { keys, metrics } = services;
	return new Elysia().get("/metrics", async ({ request }) => {
		requireGlobalAdmin(authenticate(request, keys));
		const { registry } = metrics;
		return new Response(await registry.metrics(), { headers: { "content-type": registry.contentType } });
	});
}
