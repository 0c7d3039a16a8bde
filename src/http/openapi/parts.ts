/**
 * What the descriptions of routes are made of: an operation in a few words, as an OpenAPI object.
 * @module
 */
import { ERRORS, type ErrorCode } from "../../errors.ts";

/** A JSON Schema, as OpenAPI 3.1 has it. */
export type Schema = Record<string, unknown>;

export type Method = "get" | "post" | "put" | "delete";
/** Paths in OpenAPI's spelling, with their operations. */
export type Paths = Record<string, Partial<Record<Method, object>>>;

/** One route. `errors` are codes beside those that every route of its kind has. */
export interface Route {
	summary: string;
	description?: string;
	/** Names of parameters in components.parameters. */
	parameters?: string[];
	body?: object;
	/** Status to description, and the schema of the body where there is one; it is JSON unless a type says otherwise. */
	answers: Record<number, [description: string, schema?: Schema, type?: string]>;
	errors?: readonly ErrorCode[];
	/** No key is needed. */
	open?: boolean;
}

/** A reference to a schema of components. */
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** An object with these properties; all are required but the named ones. */
export function object(properties: Record<string, Schema>, optional: readonly string[] = []): Schema {
	const required = Object.keys(properties).filter((name) => !optional.includes(name));
	return { type: "object", properties, ...(required.length && { required }) };
}

export const string: Schema = { type: "string" };
export const integer: Schema = { type: "integer" };
export const number: Schema = { type: "number" };
export const list = (items: Schema): Schema => ({ type: "array", items });
export const nullable = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });
export const time: Schema = { type: "string", format: "date-time" };

/** A required JSON body. */
export function json(schema: Schema): object {
	return { required: true, content: { "application/json": { schema } } };
}

/** The OpenAPI operation of a route. */
export function operation(route: Route): object {
	const errors: readonly ErrorCode[] = route.open
		? []
		: ["unauthorized", ...(route.errors ?? []), "internal"];
	return {
		summary: route.summary,
		...(route.description && { description: route.description }),
		...(route.parameters && {
			parameters: route.parameters.map((name) => ({ $ref: `#/components/parameters/${name}` })),
		}),
		...(route.body && { requestBody: route.body }),
		responses: { ...answers(route.answers), ...errorAnswers(errors) },
		...(route.open && { security: [] }),
	};
}

function answers(table: Route["answers"]): Record<string, object> {
	return Object.fromEntries(
		Object.entries(table).map(([status, [description, schema, type = "application/json"]]) => [
			status,
			{ description, ...(schema && { content: { [type]: { schema } } }) },
		]),
	);
}

/** One answer for each status, which names its codes. */
function errorAnswers(codes: readonly ErrorCode[]): Record<string, object> {
	const byStatus = Map.groupBy(new Set(codes), (code) => ERRORS[code].status);
	return Object.fromEntries(
		[...byStatus].map(([status, these]) => [
			String(status),
			{
				description: these.map((code) => `\`${code}\`: ${ERRORS[code].message}`).join(" "),
				content: { "application/json": { schema: ref("Error") } },
			},
		]),
	);
}
