/**
 * `GET /openapi.json`: the HTTP API as data. test/http/openapi.test.ts compares it with the routes.
 * @module
 */
import { STATUSES } from "../result.ts";
import { VERSION } from "../version.ts";
import { FUNCTION_PATHS } from "./openapi/functions.ts";
import { MANAGEMENT_PATHS } from "./openapi/management.ts";
import { SCHEMAS } from "./openapi/schemas.ts";
import { SERVER_PATHS } from "./openapi/server.ts";
import { VERSION_PATHS } from "./openapi/versions.ts";

const inPath = (name: string, description: string) => ({
	name,
	in: "path",
	required: true,
	description,
	schema: { type: "string" },
});
const inQuery = (name: string, description: string, schema: object = { type: "string" }) => ({
	name,
	in: "query",
	description,
	schema,
});

const PARAMETERS = {
	ns: inPath("ns", "The namespace."),
	name: inPath("name", "The function, as service.name."),
	version: inPath("version", "The version's number."),
	id: inPath("id", "The id."),
	secret: inPath("secret", "The secret's name."),
	tag: inQuery("tag", "Only functions with this tag."),
	q: inQuery("q", "Only functions that match these words."),
	status: inQuery("status", "Only executions with this status.", { enum: [...STATUSES, "running"] }),
	function: inQuery("function", "Only calls of this function."),
	limit: inQuery("limit", "Most rows.", { type: "integer", minimum: 1, maximum: 500, default: 50 }),
	before: inQuery("before", "Only executions before this one, by id."),
	mode: inQuery("mode", "`tools`: one MCP tool per function.", { enum: ["tools"] }),
	tags: inQuery("tags", "Only functions with one of these tags, separated by commas."),
};

const DOCUMENT = {
	openapi: "3.1.0",
	info: {
		title: "Brig",
		version: VERSION,
		description: "A code-mode MCP server with hosted functions.",
		license: { name: "Apache-2.0", identifier: "Apache-2.0" },
	},
	servers: [{ url: "/" }],
	security: [{ key: [] }],
	paths: { ...SERVER_PATHS, ...MANAGEMENT_PATHS, ...FUNCTION_PATHS, ...VERSION_PATHS },
	components: {
		securitySchemes: { key: { type: "http", scheme: "bearer", description: "`brig key create` makes one." } },
		parameters: PARAMETERS,
		schemas: SCHEMAS,
	},
};

/** The OpenAPI 3.1 document. */
export function openapi(): object {
	return DOCUMENT;
}
