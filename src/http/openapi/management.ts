/**
 * Routes of namespaces, keys and secrets.
 * @module
 */
import { SECRET_BYTES } from "../../limits.ts";
import { json, list, nullable, object, operation, type Paths, ref, string } from "./parts.ts";

const secretReached = ["forbidden", "namespace_not_found", "invalid_name", "secret_not_found"] as const;

export const MANAGEMENT_PATHS: Paths = {
	"/v1/namespaces": {
		get: operation({
			summary: "List namespaces",
			answers: { 200: ["All of them.", object({ namespaces: list(ref("Namespace")) })] },
			errors: ["forbidden"],
		}),
		post: operation({
			summary: "Make a namespace",
			body: json(object({ name: string })),
			answers: { 201: ["The new namespace.", ref("Namespace")] },
			errors: [
				"forbidden",
				"already_exists",
				"invalid_name",
				"invalid_json",
				"invalid_field",
				"too_large",
				"disk_full",
			],
		}),
	},
	"/v1/namespaces/{ns}": {
		get: operation({
			summary: "Show a namespace",
			parameters: ["ns"],
			answers: { 200: ["The namespace.", ref("Namespace")] },
			errors: ["forbidden", "namespace_not_found"],
		}),
		delete: operation({
			summary: "Delete a namespace with its functions, keys and history",
			parameters: ["ns"],
			answers: { 204: ["It is gone."] },
			errors: ["forbidden", "namespace_not_found", "disk_full"],
		}),
	},
	"/v1/keys": {
		get: operation({
			summary: "List keys, without their texts",
			answers: { 200: ["Those that the asking key may see.", object({ keys: list(ref("Key")) })] },
			errors: ["forbidden"],
		}),
		post: operation({
			summary: "Make a key",
			body: json(
				object(
					{
						name: string,
						scopes: list({ type: "string", enum: ["run", "write", "admin"] }),
						namespace: { ...nullable(string), description: "The only namespace that it reaches." },
						services: { ...nullable(list(string)), description: "The only services that it reaches." },
					},
					["namespace", "services"],
				),
			),
			answers: { 201: ["The new key with its text.", ref("NewKey")] },
			errors: [
				"forbidden",
				"namespace_not_found",
				"invalid_name",
				"invalid_json",
				"invalid_field",
				"too_large",
				"disk_full",
			],
		}),
	},
	"/v1/keys/{id}": {
		delete: operation({
			summary: "Revoke a key",
			parameters: ["id"],
			answers: { 204: ["It no longer opens anything."] },
			errors: ["forbidden", "key_not_found", "disk_full"],
		}),
	},
	"/v1/namespaces/{ns}/secrets": {
		get: operation({
			summary: "List secrets, without their values",
			parameters: ["ns"],
			answers: { 200: ["By name.", object({ secrets: list(ref("Secret")) })] },
			errors: ["forbidden", "namespace_not_found"],
		}),
	},
	"/v1/namespaces/{ns}/secrets/{secret}": {
		get: operation({
			summary: "Show when a secret was set",
			parameters: ["ns", "secret"],
			answers: { 200: ["Its name and dates.", ref("Secret")] },
			errors: secretReached,
		}),
		put: operation({
			summary: "Set a secret, or replace its value",
			description: `The body is the value, to the letter: 1 to ${SECRET_BYTES} bytes of UTF-8 without NUL. Nothing ever returns it. Calls that start later get the new value.`,
			parameters: ["ns", "secret"],
			body: { required: true, content: { "text/plain": { schema: string } } },
			answers: { 200: ["Replaced.", ref("Secret")], 201: ["The new secret.", ref("Secret")] },
			errors: [
				"forbidden",
				"namespace_not_found",
				"invalid_name",
				"invalid_field",
				"bad_request",
				"too_large",
				"disk_full",
			],
		}),
		delete: operation({
			summary: "Remove a secret",
			parameters: ["ns", "secret"],
			answers: { 204: ["It is gone."] },
			errors: [...secretReached, "disk_full"],
		}),
	},
};
