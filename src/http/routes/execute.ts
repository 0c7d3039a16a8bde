/** Code mode by REST. @module */
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { BrigError, type ErrorCode } from "../../errors.ts";
import { detectLanguage } from "../../execution/language.ts";
import { LIMITS } from "../../limits.ts";
import type { ExecutionResult } from "../../result.ts";
import { authenticate, enter } from "../auth.ts";
import { readJson } from "../body.ts";
import { fields } from "../fields.ts";
import { resultToJson } from "../result-json.ts";
import type { Services } from "../services.ts";

const Body = fields(
	Type.Object(
		{
			code: Type.String(),
			language: Type.Optional(Type.Union([Type.Literal("python"), Type.Literal("typescript")])),
			timeout_ms: Type.Optional(Type.Integer({ minimum: 1 })),
		},
		{ additionalProperties: false },
	),
);
const BODY_BYTES = LIMITS.source_bytes.maximum * 6 + 4 * 1024;

export function executeRoutes(services: Services) {
	const { keys, namespaces, catalogs, executor } = services;
	return new Elysia().post(
		"/v1/namespaces/:ns/execute",
		async ({ request, params }) => {
			const principal = authenticate(request, keys);
			const namespace = enter(principal, namespaces, params.ns, "run");
			const body = Body(await readJson(request, BODY_BYTES));
			checkSource(body.code);
			services.keepOpen(request);
			const result = await executor.run({
				kind: "execute",
				namespace,
				keyId: principal.id,
				catalog: catalogs.get(namespace.id, principal.services),
				code: body.code,
				language: body.language ?? detectLanguage(body.code) ?? "python",
				timeoutMs: checkedTimeout(body.timeout_ms),
				signal: request.signal,
			});
			return answer(result);
		},
		{ parse: "none" },
	);
}

/** Throws too_large for a source beyond its limit, whatever it was wrapped in. */
export function checkSource(code: string): void {
	const { maximum } = LIMITS.source_bytes;
	if (Buffer.byteLength(code) > maximum)
		throw new BrigError("too_large", `The source is larger than ${maximum} bytes.`);
}

/** Wall time in ms. Throws limit_exceeded. */
export function checkedTimeout(asked: number | undefined): number {
	const { default: usual, maximum } = LIMITS.wall_ms;
	if (asked !== undefined && asked > maximum) {
		throw new BrigError("limit_exceeded", `timeout_ms is ${asked}; the maximum is ${maximum}.`);
	}
	return asked ?? usual;
}

/** What `sandbox_failed` is over HTTP by the type of its error; a sandbox that was lost while the code ran is none. */
const REFUSALS: Partial<Record<string, ErrorCode>> = { NoSandbox: "no_sandbox", InternalError: "internal" };

/** 200 whenever the code began to run, however it ended; busy is 429, no sandbox 503 and a fault of ours 500, as errors. */
export function answer(result: ExecutionResult): Response {
	if (result.status === "busy") throw new BrigError("busy");
	const { type, message, hint } = result.error ?? {};
	const refused = result.status === "sandbox_failed" && REFUSALS[type ?? ""];
	if (refused) throw new BrigError(refused, message, hint ? { hint } : {});
	return new Response(resultToJson(result), { headers: { "content-type": "application/json" } });
}
