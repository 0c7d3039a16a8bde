/**
 * Routes about the server itself, and MCP.
 * @module
 */
import { HEALTH } from "../../health.ts";
import { json, object, operation, type Paths, ref, string } from "./parts.ts";

const mcpErrors = ["foreign_origin", "namespace_not_found"] as const;
const { ok: _, ...failures } = HEALTH;
const words = Object.keys(failures) as (keyof typeof failures)[];
const MCP_PARAMETERS = ["ns", "mode", "tags"];

export const SERVER_PATHS: Paths = {
	"/healthz": {
		get: operation({
			summary: "Whether the last sandbox started well",
			description: `A request never starts one; an idle server tries one each minute. ${words.map((word) => `\`${word}\`: ${HEALTH[word]}`).join(" ")}`,
			answers: {
				200: ["It did.", object({ status: { type: "string", enum: ["ok"] } })],
				503: ["It did not.", object({ status: { type: "string", enum: words } })],
			},
			open: true,
		}),
	},
	"/metrics": {
		get: operation({
			summary: "What the server counts and measures, for Prometheus",
			description: "Needs an admin key that is not bound to a namespace.",
			answers: { 200: ["Prometheus' text format, 0.0.4.", string, "text/plain; version=0.0.4"] },
			errors: ["forbidden"],
		}),
	},
	"/v1/limits": {
		get: operation({
			summary: "Every limit with its default and maximum",
			answers: {
				200: ["By name.", object({ limits: { type: "object", additionalProperties: ref("Limit") } })],
			},
		}),
	},
	"/docs/errors": {
		get: {
			summary: "Every error code, as a page",
			responses: { 200: { description: "HTML.", content: { "text/html": {} } } },
			security: [],
		},
	},
	"/openapi.json": {
		get: operation({ summary: "This description", answers: { 200: ["OpenAPI 3.1.", { type: "object" }] } }),
	},
	"/mcp/run/{ns}": {
		post: operation({
			summary: "MCP, streamable HTTP: code mode, or one tool per function",
			description: "A JSON-RPC message; the answer is JSON or an event stream.",
			parameters: MCP_PARAMETERS,
			body: json({ type: "object" }),
			answers: { 200: ["The answer of MCP.", { type: "object" }], 202: ["Taken; there is no answer."] },
			errors: [...mcpErrors, "invalid_json", "bad_request", "too_large"],
		}),
	},
};
