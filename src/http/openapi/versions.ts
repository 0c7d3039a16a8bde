/**
 * Routes of the versions of functions.
 * @module
 */
import type { ErrorCode } from "../../errors.ts";
import { integer, json, list, object, operation, type Paths, ref } from "./parts.ts";

const reached = [
	"forbidden",
	"namespace_not_found",
	"function_not_found",
	"invalid_name",
] as const satisfies ErrorCode[];
const FUNCTION = "/v1/namespaces/{ns}/functions/{name}";
const locking = (summary: string) => ({
	post: operation({
		summary,
		parameters: ["ns", "name"],
		answers: { 200: ["Done.", object({ locked: { type: "boolean" } })] },
		errors: [...reached, "disk_full"],
	}),
});

export const VERSION_PATHS: Paths = {
	[`${FUNCTION}/versions`]: {
		get: operation({
			summary: "List the versions of a function, also of a deleted one",
			parameters: ["ns", "name"],
			answers: { 200: ["All of them.", object({ versions: list(ref("ListedVersion")) })] },
			errors: reached,
		}),
	},
	[`${FUNCTION}/versions/{version}`]: {
		get: operation({
			summary: "Show one version with its source",
			parameters: ["ns", "name", "version"],
			answers: { 200: ["The version.", ref("Version")] },
			errors: [...reached, "version_not_found"],
		}),
	},
	[`${FUNCTION}/rollback`]: {
		post: operation({
			summary: "Copy a version to a new one",
			parameters: ["ns", "name"],
			body: json(object({ version: integer })),
			answers: {
				200: ["The active version is that one already.", ref("Registered")],
				201: ["The new version.", ref("Registered")],
				202: ["The new version waits for an admin.", ref("Pending")],
			},
			errors: [
				...reached,
				"version_not_found",
				"locked",
				"invalid_json",
				"invalid_field",
				"too_large",
				"disk_full",
			],
		}),
	},
	[`${FUNCTION}/approve`]: {
		post: operation({
			summary: "Make a waiting version the active one",
			parameters: ["ns", "name"],
			body: json(object({ version: { ...integer, description: "The newest when absent." } }, ["version"])),
			answers: { 200: ["It is active.", ref("Registered")] },
			errors: [...reached, "version_not_found", "invalid_json", "invalid_field", "too_large", "disk_full"],
		}),
	},
	[`${FUNCTION}/lock`]: locking("Lock a function against change"),
	[`${FUNCTION}/unlock`]: locking("Unlock a function"),
};
