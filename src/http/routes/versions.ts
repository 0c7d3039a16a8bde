/** Versions of functions: listed, shown, rolled back to, approved; and locks. @module */
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { BrigError } from "../../errors.ts";
import { parseFunctionName } from "../../functions/names.ts";
import { rollback } from "../../functions/register.ts";
import type { Scope } from "../../store/keys.ts";
import { allows, authenticate, enter, requireService } from "../auth.ts";
import { readJson } from "../body.ts";
import { fields } from "../fields.ts";
import type { Services } from "../services.ts";
import { changed } from "./functions.ts";
import { shown } from "./registration.ts";

const Rollback = fields(
	Type.Object({ version: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
);
const Approve = fields(
	Type.Object({ version: Type.Optional(Type.Integer({ minimum: 1 })) }, { additionalProperties: false }),
);

export function versionRoutes(services: Services) {
	const { keys, namespaces, functions, catalogs } = services;
	const base = "/v1/namespaces/:ns/functions/:name";
	/** The principal, the namespace and the name that a request is about. Throws BrigError. */
	const about = (request: Request, params: { ns: string; name: string }, scope: Scope) => {
		const principal = authenticate(request, keys);
		const namespace = enter(principal, namespaces, params.ns, scope);
		const { service, name } = parseFunctionName(params.name);
		requireService(principal, service);
		const versions = functions.versions(namespace.id, service, name);
		if (versions.length === 0) throw catalogs.get(namespace.id, principal.services).missing(params.name);
		return { principal, namespace, service, name, versions };
	};
	const lock = (request: Request, params: { ns: string; name: string }, locked: boolean) => {
		const { principal, namespace, service, name } = about(request, params, "admin");
		if (!functions.lock(namespace.id, service, name, locked ? principal.id : null))
			throw new BrigError("function_not_found");
		services.log(locked ? "locked" : "unlocked", {
			namespace: namespace.name,
			function: params.name,
			key: principal.id,
		});
		return { locked };
	};
	return new Elysia()
		.get(`${base}/versions`, ({ request, params }) => {
			const { versions } = about(request, params, "write");
			return { versions: versions.map(listed) };
		})
		.get(`${base}/versions/:version`, ({ request, params }) => {
			const { versions } = about(request, params, "write");
			const one = versions.find(({ version }) => String(version) === params.version);
			if (!one) throw new BrigError("version_not_found");
			return { ...shown(one), ...listed(one), code: functions.source(one.source_hash) };
		})
		.post(
			`${base}/rollback`,
			async ({ request, params }) => {
				const { principal, namespace, service, name } = about(request, params, "write");
				const { version } = Rollback(await readJson(request));
				const added = rollback(
					{
						table: functions,
						namespaceId: namespace.id,
						createdBy: principal.id,
						admin: allows(principal, "admin"),
					},
					{ service, name, version },
				);
				if (!added) throw new BrigError("version_not_found", `${params.name} has no version ${version}.`);
				return changed(services, principal, namespace.id, { service, name }, added);
			},
			{ parse: "none" },
		)
		.post(
			`${base}/approve`,
			async ({ request, params }) => {
				const { principal, namespace, service, name } = about(request, params, "admin");
				const asked = Approve(await readJson(request)).version ?? null;
				const version = functions.approve(namespace.id, service, name, asked, principal.id);
				if (version === null)
					throw new BrigError("version_not_found", `No such version of ${params.name} waits for approval.`);
				catalogs.invalidate(namespace.id);
				services.log("approved", {
					namespace: namespace.name,
					function: params.name,
					version,
					key: principal.id,
				});
				return shown(functions.find(namespace.id, service, name) as never);
			},
			{ parse: "none" },
		)
		.post(`${base}/lock`, ({ request, params }) => lock(request, params, true), { parse: "none" })
		.post(`${base}/unlock`, ({ request, params }) => lock(request, params, false), { parse: "none" });
}

function listed(one: ReturnType<Services["functions"]["versions"]>[number]) {
	const { version, language, description, tags, env, egress, limits, content_hash } = one;
	const { created_at, created_by, active, pending, approved_by } = one;
	return {
		version,
		active,
		pending,
		language,
		description,
		tags,
		env,
		egress,
		limits,
		content_hash,
		created_at,
		created_by,
		approved_by,
	};
}
