/** Secrets: set, listed by name, removed. No route returns a value. @module */
import { Elysia } from "elysia";
import { BrigError } from "../../errors.ts";
import { SECRET_BYTES } from "../../limits.ts";
import { checkSecretName } from "../../secrets/names.ts";
import { authenticate, enter } from "../auth.ts";
import { readBytes } from "../body.ts";
import type { Services } from "../services.ts";

export function secretRoutes(services: Services) {
	const { keys, namespaces, secrets } = services;
	const base = "/v1/namespaces/:ns/secrets";
	return new Elysia()
		.get(base, ({ request, params }) => {
			const namespace = enter(authenticate(request, keys), namespaces, params.ns, "write");
			return { secrets: secrets.list(namespace.id) };
		})
		.get(`${base}/:secret`, ({ request, params }) => {
			const namespace = enter(authenticate(request, keys), namespaces, params.ns, "write");
			checkSecretName(params.secret);
			const secret = secrets.find(namespace.id, params.secret);
			if (!secret) throw missing(params.secret);
			return secret;
		})
		.put(
			`${base}/:secret`,
			async ({ request, params, status }) => {
				const principal = authenticate(request, keys);
				const namespace = enter(principal, namespaces, params.ns, "admin");
				checkSecretName(params.secret);
				const value = await readValue(request);
				const { secret, created } = secrets.put(namespace, params.secret, value);
				services.log("secret set", { namespace: namespace.name, secret: secret.name, key: principal.id });
				return status(created ? 201 : 200, secret);
			},
			{ parse: "none" },
		)
		.delete(`${base}/:secret`, ({ request, params, status }) => {
			const principal = authenticate(request, keys);
			const namespace = enter(principal, namespaces, params.ns, "admin");
			checkSecretName(params.secret);
			if (!secrets.remove(namespace.id, params.secret)) throw missing(params.secret);
			services.log("secret removed", { namespace: namespace.name, secret: params.secret, key: principal.id });
			return status(204, undefined);
		});
}

/** The raw body, to the letter: a line feed at its end is part of the value. No message repeats any of it. */
async function readValue(request: Request): Promise<string> {
	const bytes = await readBytes(request, SECRET_BYTES);
	if (bytes.length === 0) throw new BrigError("invalid_field", "The value is empty.", { hint: HINT });
	if (bytes.includes(0))
		throw new BrigError(
			"invalid_field",
			"The value contains a NUL byte, which no environment variable can.",
			{
				hint: HINT,
			},
		);
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		throw new BrigError("invalid_field", "The value is not valid UTF-8.", { hint: HINT });
	}
}

const HINT = `The body is the value itself: 1 to ${SECRET_BYTES} bytes of UTF-8 without NUL. Encode other bytes, as base64 for instance.`;

function missing(name: string): BrigError {
	return new BrigError("secret_not_found", `There is no secret ${name} in this namespace.`);
}
