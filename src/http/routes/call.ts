/** One hosted function, called by REST. @module */
import { Elysia } from "elysia";
import { BrigError } from "../../errors.ts";
import { fullName } from "../../functions/types.ts";
import { LIMITS } from "../../limits.ts";
import { allows, authenticate, enter } from "../auth.ts";
import { readJsonText } from "../body.ts";
import type { Services } from "../services.ts";
import { answer } from "./execute.ts";
import { findFunction } from "./functions.ts";

export function callRoutes(services: Services) {
	const { keys, namespaces, catalogs } = services;
	return new Elysia().post(
		"/v1/namespaces/:ns/functions/:name/call",
		async ({ request, params }) => {
			const principal = authenticate(request, keys);
			const namespace = enter(principal, namespaces, params.ns, "run");
			const fn = findFunction(services, principal, namespace.id, params.name);
			const input = await readJsonText(request);
			const faults = await services.checks.input(fn, input);
			if (faults.length)
				throw new BrigError("invalid_input", `The input does not fit ${fullName(fn)}.`, { faults });
			services.keepOpen(request);
			const result = await services.executor.run({
				kind: "call",
				namespace,
				keyId: principal.id,
				catalog: catalogs.get(namespace.id, principal.services),
				fn,
				input,
				timeoutMs: fn.limits.wall_ms ?? LIMITS.wall_ms.default,
				signal: request.signal,
			});
			// A traceback shows the function's source, which a run key may not see.
			if (result.error && !allows(principal, "write")) result.error.traceback = null;
			return answer(result);
		},
		{ parse: "none" },
	);
}
