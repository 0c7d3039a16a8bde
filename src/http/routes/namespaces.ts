/** Namespaces: an admin's business. @module */
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { BrigError } from "../../errors.ts";
import { checkNamespace } from "../../functions/names.ts";
import { authenticate, enter, requireGlobalAdmin } from "../auth.ts";
import { readJson } from "../body.ts";
import { fields } from "../fields.ts";
import type { Services } from "../services.ts";

const Body = fields(Type.Object({ name: Type.String() }, { additionalProperties: false }));

export function namespaceRoutes(services: Services) {
	const { namespaces, keys, catalogs } = services;
	return new Elysia()
		.get("/v1/namespaces", ({ request }) => {
			const principal = authenticate(request, keys);
			requireGlobalAdmin(principal);
			return { namespaces: namespaces.list().map(shown) };
		})
		.post(
			"/v1/namespaces",
			async ({ request, status }) => {
				requireGlobalAdmin(authenticate(request, keys));
				const { name } = Body(await readJson(request));
				checkNamespace(name);
				return status(201, shown(namespaces.create(name)));
			},
			{ parse: "none" },
		)
		.get("/v1/namespaces/:ns", ({ request, params }) =>
			shown(enter(authenticate(request, keys), namespaces, params.ns, "run")),
		)
		.delete("/v1/namespaces/:ns", ({ request, params, status }) => {
			const principal = authenticate(request, keys);
			requireGlobalAdmin(principal);
			const namespace = namespaces.find(params.ns);
			if (!namespace) throw new BrigError("namespace_not_found");
			namespaces.remove(namespace.id);
			catalogs.invalidate(namespace.id);
			return status(204, undefined);
		});
}

function shown({ name, created_at }: { name: string; created_at: string }) {
	return { name, created_at };
}
