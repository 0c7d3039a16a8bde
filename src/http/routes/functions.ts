/** Hosted functions: registered, listed, shown, deleted. @module */
import { Elysia } from "elysia";
import { BrigError } from "../../errors.ts";
import { parseFunctionName } from "../../functions/names.ts";
import { register } from "../../functions/register.ts";
import { search } from "../../functions/search.ts";
import { summary } from "../../functions/stubs.ts";
import { fullName } from "../../functions/types.ts";
import type { Added } from "../../store/functions.ts";
import type { ListedFunction } from "../../store/versions.ts";
import { allows, authenticate, enter, type Principal, requireService } from "../auth.ts";
import type { Services } from "../services.ts";
import { etag, preconditionOf, readRegistration, shown } from "./registration.ts";

const MOST_FOUND = 50;
const MOST_QUERY = 1_000;

export function functionRoutes(services: Services) {
	const { keys, namespaces, functions, catalogs, declarations } = services;
	const base = "/v1/namespaces/:ns/functions";
	return new Elysia()
		.get(base, ({ request, params, query }) => {
			const principal = authenticate(request, keys);
			const namespace = enter(principal, namespaces, params.ns, "run");
			const all = catalogs.get(namespace.id, principal.services).functions;
			const tagged = query.tag ? all.filter((fn) => fn.tags.includes(query.tag as string)) : all;
			return { functions: (query.q ? found(tagged, query.q) : tagged).map(listed), next: null };
		})
		.get(`${base}/:name`, ({ request, params, set }) => {
			const principal = authenticate(request, keys);
			const namespace = enter(principal, namespaces, params.ns, "run");
			const fn = findFunction(services, principal, namespace.id, params.name);
			set.headers.etag = etag(fn);
			const { created_at, created_by, content_hash } = fn;
			const source = allows(principal, "write") ? { code: functions.source(fn.source_hash), created_by } : {};
			return { ...shown(fn), kind: "hosted", created_at, content_hash, ...source };
		})
		.put(
			`${base}/:name`,
			async ({ request, params }) => {
				const principal = authenticate(request, keys);
				const namespace = enter(principal, namespaces, params.ns, "write");
				const { service, name } = parseFunctionName(params.name);
				requireService(principal, service);
				const registration = await readRegistration(request, service, name);
				const added = await register(
					{
						table: functions,
						inspect: services.inspect,
						namespaceId: namespace.id,
						createdBy: principal.id,
						admin: allows(principal, "admin"),
						precondition: preconditionOf(request.headers),
						secretNames: () => declarations.secretNames(namespace.id),
						checkSecretName: declarations.checkSecretName,
						checkEgress: declarations.checkEgress,
						credentialWarnings: declarations.credentialWarnings,
					},
					registration,
				);
				return changed(services, principal, namespace.id, { service, name }, added);
			},
			{ parse: "none" },
		)
		.delete(`${base}/:name`, ({ request, params, status }) => {
			const principal = authenticate(request, keys);
			const namespace = enter(principal, namespaces, params.ns, "write");
			const fn = findFunction(services, principal, namespace.id, params.name);
			functions.remove(namespace.id, fn.service, fn.name);
			catalogs.invalidate(namespace.id);
			services.log("deleted", { namespace: namespace.name, function: fullName(fn), key: principal.id });
			return status(204, undefined);
		});
}

/** The active function of this full name that the principal may see. Throws function_not_found. */
export function findFunction(
	services: Services,
	principal: Principal,
	namespaceId: number,
	name: string,
): ListedFunction {
	const catalog = services.catalogs.get(namespaceId, principal.services);
	const fn = catalog.find(name);
	if (!fn) throw catalog.missing(name);
	return fn;
}

/** The answer to a change: 201 a new active version, 200 nothing new, 202 a version that waits for an admin. */
export function changed(
	services: Services,
	principal: Principal,
	namespaceId: number,
	{ service, name }: { service: string; name: string },
	added: Added,
): Response {
	const versions = services.functions.versions(namespaceId, service, name);
	const fn = versions.find(({ version }) => version === added.version);
	if (!fn) throw new BrigError("version_not_found");
	if (added.created) {
		services.catalogs.invalidate(namespaceId);
		services.log("registered", {
			namespace: fn.namespace,
			function: fullName(fn),
			version: fn.version,
			pending: fn.pending,
			key: principal.id,
		});
	}
	const headers = { etag: etag(fn) };
	if (!added.pending) return Response.json(shown(fn), { status: added.created ? 201 : 200, headers });
	const approve = `brig fn approve ${fullName(fn)} --version ${fn.version} --namespace ${fn.namespace}`;
	return Response.json({ ...shown(fn), pending: true, approve }, { status: 202, headers });
}

function found(functions: readonly ListedFunction[], query: string): ListedFunction[] {
	const byName = new Map(functions.map((fn) => [fullName(fn), fn]));
	const hits = search(functions, query.slice(0, MOST_QUERY), MOST_FOUND);
	return hits.flatMap(({ name }) => byName.get(name) ?? []);
}

function listed(fn: ListedFunction) {
	const { warnings: _, ...rest } = shown(fn);
	return { kind: "hosted", ...rest, summary: summary(fn) };
}
