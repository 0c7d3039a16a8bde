/** The ledger by REST. @module */
import { Elysia } from "elysia";
import { BrigError } from "../../errors.ts";
import { STATUSES } from "../../result.ts";
import { allows, authenticate, enter } from "../auth.ts";
import type { Services } from "../services.ts";

const PAGE = 50;
const MOST = 500;

export function executionRoutes(services: Services) {
	const { keys, namespaces, executions } = services;
	return new Elysia()
		.get("/v1/namespaces/:ns/executions", ({ request, params, query }) => {
			const principal = authenticate(request, keys);
			const namespace = enter(principal, namespaces, params.ns, "run");
			const limit = bounded(query.limit);
			if (query.status && ![...STATUSES, "running"].includes(query.status as (typeof STATUSES)[number])) {
				throw new BrigError(
					"invalid_field",
					`There is no status ${JSON.stringify(query.status.slice(0, 40))}.`,
				);
			}
			const rows = executions.list(namespace.id, {
				keyId: allows(principal, "write") ? null : principal.id,
				status: query.status ?? null,
				function: query.function ?? null,
				before: query.before ?? null,
				limit: limit + 1,
			});
			const page = rows.slice(0, limit);
			return { executions: page, next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
		})
		.get("/v1/namespaces/:ns/executions/:id", ({ request, params }) => {
			const principal = authenticate(request, keys);
			const namespace = enter(principal, namespaces, params.ns, "run");
			const row = executions.find(namespace.id, params.id);
			const all = allows(principal, "write");
			if (!row || (!all && row.key_id !== principal.id)) throw new BrigError("execution_not_found");
			const { outputs, egress, ...rest } = row;
			return all ? { ...rest, outputs, egress } : rest;
		});
}

function bounded(text: string | undefined): number {
	if (text === undefined) return PAGE;
	const number = Number(text);
	if (!Number.isInteger(number) || number < 1 || number > MOST) {
		throw new BrigError("invalid_field", `limit must be an integer from 1 to ${MOST}.`);
	}
	return number;
}
