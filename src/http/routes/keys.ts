/** Keys: made, listed, revoked. A key's text is shown once. @module */
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { BrigError } from "../../errors.ts";
import { checkService } from "../../functions/names.ts";
import { authenticate, type Principal, requireScope } from "../auth.ts";
import { readJson } from "../body.ts";
import { fields } from "../fields.ts";
import type { Services } from "../services.ts";

const Body = fields(
	Type.Object(
		{
			name: Type.String({ minLength: 1, maxLength: 100, pattern: "^[^\\u0000-\\u001f\\u007f]+$" }),
			scopes: Type.Array(Type.Union([Type.Literal("run"), Type.Literal("write"), Type.Literal("admin")]), {
				minItems: 1,
				maxItems: 3,
				uniqueItems: true,
			}),
			namespace: Type.Optional(Type.Union([Type.String(), Type.Null()])),
			services: Type.Optional(
				Type.Union([Type.Array(Type.String(), { minItems: 1, maxItems: 100 }), Type.Null()]),
			),
		},
		{ additionalProperties: false },
	),
);

export function keyRoutes(services: Services) {
	const { keys, namespaces } = services;
	/** An admin of one namespace sees and makes keys of that namespace only. */
	const mine = (principal: Principal, namespace: string | null) =>
		principal.namespace === null || principal.namespace === namespace;
	return new Elysia()
		.get("/v1/keys", ({ request }) => {
			const principal = authenticate(request, keys);
			requireScope(principal, "admin");
			return { keys: keys.list().filter((key) => mine(principal, key.namespace)) };
		})
		.post(
			"/v1/keys",
			async ({ request, status }) => {
				const principal = authenticate(request, keys);
				requireScope(principal, "admin");
				const body = Body(await readJson(request));
				const name = body.namespace ?? principal.namespace;
				const namespace = name === null ? null : namespaces.find(name);
				if ((name !== null && !namespace) || !mine(principal, name))
					throw new BrigError("namespace_not_found");
				for (const service of body.services ?? []) checkService(service);
				return status(
					201,
					keys.create({
						name: body.name,
						scopes: body.scopes,
						namespace,
						services: body.services ?? principal.services,
					}),
				);
			},
			{ parse: "none" },
		)
		.delete("/v1/keys/:id", ({ request, params, status }) => {
			const principal = authenticate(request, keys);
			requireScope(principal, "admin");
			const key = keys.find(params.id);
			if (!key || !mine(principal, key.namespace)) throw new BrigError("key_not_found");
			keys.revoke(key.id);
			return status(204, undefined);
		});
}
