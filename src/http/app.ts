/**
 * The HTTP surface: routes put together, and one shape for every error.
 * @module
 */
import { Elysia } from "elysia";
import { BrigError } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { faultText } from "../log.ts";
import { authenticate } from "./auth.ts";
import { errorsPage } from "./errors-page.ts";
import { openapi } from "./openapi.ts";
import { callRoutes } from "./routes/call.ts";
import { executeRoutes } from "./routes/execute.ts";
import { executionRoutes } from "./routes/executions.ts";
import { functionRoutes } from "./routes/functions.ts";
import { keyRoutes } from "./routes/keys.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { namespaceRoutes } from "./routes/namespaces.ts";
import { secretRoutes } from "./routes/secrets.ts";
import { versionRoutes } from "./routes/versions.ts";
import type { Services } from "./services.ts";

const METHODS = ["GET", "POST", "PUT", "DELETE"];

/** The app; `handle(request)` answers a request and never throws. */
export function makeApp(services: Services) {
	const refuse = (error: BrigError, headers?: Record<string, string>) => {
		services.metrics.refused(error.code);
		return errorResponse(error, headers);
	};
	// Else Elysia takes the path of `http://x/v1/…` to start after its first segment: it expects longer host names.
	const app = new Elysia({ normalize: false, handler: { standardHostname: false } })
		.onError(({ error, code, request }) => {
			if (code === "NOT_FOUND") return refuse(...unknownRoute(app, request));
			if (error instanceof BrigError) return refuse(error);
			if (code === "VALIDATION" || code === "PARSE") return refuse(new BrigError("bad_request"));
			services.log("fault", { reason: faultText(error) });
			return refuse(new BrigError("internal"));
		})
		.get("/healthz", () => {
			const status = services.sandboxes.health;
			return Response.json({ status }, { status: status === "ok" ? 200 : 503 });
		})
		.get("/v1/limits", ({ request }) => {
			authenticate(request, services.keys);
			return { limits: LIMITS };
		})
		.get("/docs/errors", () => errorsPage())
		.get("/openapi.json", ({ request }) => {
			authenticate(request, services.keys);
			return openapi();
		})
		.use(metricsRoutes(services))
		.use(namespaceRoutes(services))
		.use(keyRoutes(services))
		.use(secretRoutes(services))
		.use(functionRoutes(services))
		.use(versionRoutes(services))
		.use(callRoutes(services))
		.use(executeRoutes(services))
		.use(executionRoutes(services));
	return app;
}

/** An error in the contract's shape, with the headers that go with its status. */
function errorResponse(error: BrigError, extra: Record<string, string> = {}): Response {
	const headers: Record<string, string> = { ...extra };
	if (error.status === 401) headers["www-authenticate"] = "Bearer";
	if (error.status === 429) headers["retry-after"] = "2";
	return Response.json(error.toBody(), { status: error.status, headers });
}

/** Elysia keeps addresses with and without parameters apart. */
interface Routed {
	router: {
		http: { find(method: string, path: string): unknown };
		static: Record<string, Record<string, number>>;
	};
}

/** 405 where the address exists for another method, else 404; with the headers that go with it. */
function unknownRoute({ router }: Routed, request: Request): [BrigError, Record<string, string>?] {
	const { pathname } = new URL(request.url);
	const allowed = METHODS.filter(
		(method) => router.static[pathname]?.[method] !== undefined || router.http.find(method, pathname),
	);
	if (allowed.length === 0) return [new BrigError("not_found")];
	return [new BrigError("method_not_allowed"), { allow: allowed.join(", ") }];
}
