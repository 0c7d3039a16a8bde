/** Hosted functions: registered, listed, shown, called, deleted. @module */
import { type TSchema, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { BrigError } from "../../errors.ts";
import { detectLanguage } from "../../execution/language.ts";
import type { Language } from "../../result.ts";
import { inputFaults } from "../../functions/input.ts";
import { parseFunctionName } from "../../functions/names.ts";
import { type Registration, register } from "../../functions/register.ts";
import { search } from "../../functions/search.ts";
import { summary } from "../../functions/stubs.ts";
import { fullName } from "../../functions/types.ts";
import { LIMITS } from "../../limits.ts";
import type { ListedFunction } from "../../store/functions.ts";
import { allows, authenticate, enter, type Principal } from "../auth.ts";
import { readJson, readJsonText, readText } from "../body.ts";
import { fields } from "../fields.ts";
import type { Services } from "../services.ts";
import { answer } from "./execute.ts";

const Tags = Type.Array(Type.String({ pattern: "^[a-z0-9][a-z0-9_-]{0,62}$" }), {
	maxItems: 20,
	uniqueItems: true,
});
const LanguageName = Type.Union([Type.Literal("python"), Type.Literal("typescript")]);
const optional = (schema: TSchema) => Type.Optional(schema);
const Body = fields(
	Type.Object(
		{
			code: Type.String(),
			language: Type.Optional(LanguageName),
			description: Type.Optional(Type.String({ maxLength: 10_000 })),
			input_schema: optional(Type.Unknown()),
			output_schema: optional(Type.Unknown()),
			tags: Type.Optional(Tags),
			requirements: optional(Type.Unknown()),
			env: optional(Type.Unknown()),
			egress: optional(Type.Unknown()),
			limits: optional(Type.Unknown()),
		},
		{ additionalProperties: false },
	),
);
/** Fields of the contract that this version can't honour: refused, never ignored. */
const LATER = ["requirements", "env", "egress", "limits"] as const;
/** A JSON string can take six bytes for one of its source. */
const REGISTRATION_BYTES = LIMITS.source_bytes.maximum * 6 + 512 * 1024;

export function functionRoutes(services: Services) {
	const { keys, namespaces, functions, catalogs } = services;
	const base = "/v1/namespaces/:ns/functions";
	const find = (principal: Principal, namespaceId: number, text: string): ListedFunction => {
		const catalog = catalogs.get(namespaceId, principal.services);
		const fn = catalog.find(text);
		if (!fn) throw catalog.missing(text);
		return fn;
	};
	return new Elysia()
		.get(base, ({ request, params, query }) => {
			const principal = authenticate(request, keys);
			const namespace = enter(principal, namespaces, params.ns, "run");
			const all = catalogs.get(namespace.id, principal.services).functions;
			const tagged = query.tag ? all.filter((fn) => fn.tags.includes(query.tag as string)) : all;
			const found = query.q
				? search(tagged, query.q.slice(0, 1_000), 50).map(({ name }) =>
						tagged.find((fn) => fullName(fn) === name),
					)
				: tagged;
			return { functions: found.flatMap((fn) => (fn ? [listed(fn)] : [])), next: null };
		})
		.get(`${base}/:name`, ({ request, params }) => {
			const principal = authenticate(request, keys);
			const namespace = enter(principal, namespaces, params.ns, "run");
			const fn = find(principal, namespace.id, params.name);
			const source = allows(principal, "write") ? { code: functions.source(fn.source_hash) } : {};
			return { ...shown(fn), kind: "hosted", created_at: fn.created_at, ...source };
		})
		.put(
			`${base}/:name`,
			async ({ request, params, status }) => {
				const principal = authenticate(request, keys);
				const namespace = enter(principal, namespaces, params.ns, "write");
				const { service, name } = parseFunctionName(params.name);
				if (principal.services && !principal.services.includes(service))
					throw new BrigError("function_not_found");
				const registration = await readRegistration(request, service, name);
				const { fn, created } = await register(
					functions,
					services.inspect,
					namespace.id,
					registration,
					principal.id,
				);
				if (created) {
					catalogs.invalidate(namespace.id);
					services.log("registered", {
						namespace: namespace.name,
						function: fullName(fn),
						version: fn.version,
						key: principal.id,
					});
				}
				return status(created ? 201 : 200, shown(fn));
			},
			{ parse: "none" },
		)
		.delete(`${base}/:name`, ({ request, params, status }) => {
			const principal = authenticate(request, keys);
			const namespace = enter(principal, namespaces, params.ns, "write");
			const fn = find(principal, namespace.id, params.name);
			functions.remove(namespace.id, fn.service, fn.name);
			catalogs.invalidate(namespace.id);
			services.log("deleted", { namespace: namespace.name, function: fullName(fn), key: principal.id });
			return status(204, undefined);
		})
		.post(
			`${base}/:name/call`,
			async ({ request, params }) => {
				const principal = authenticate(request, keys);
				const namespace = enter(principal, namespaces, params.ns, "run");
				const catalog = catalogs.get(namespace.id, principal.services);
				const fn = find(principal, namespace.id, params.name);
				const input = await readJsonText(request);
				const faults = inputFaults(fn, input);
				if (faults.length)
					throw new BrigError("invalid_input", `The input does not fit ${fullName(fn)}.`, { faults });
				services.keepOpen(request);
				const result = await services.executor.run({
					kind: "call",
					namespaceId: namespace.id,
					keyId: principal.id,
					catalog,
					fn,
					input,
					timeoutMs: LIMITS.wall_ms.default,
					signal: request.signal,
				});
				// A traceback shows the function's source, which a run key may not see.
				if (result.error && !allows(principal, "write")) result.error.traceback = null;
				return answer(result);
			},
			{ parse: "none" },
		);
}

/** A registration from raw source or JSON, as the content type says; with none, as it looks. */
async function readRegistration(request: Request, service: string, name: string): Promise<Registration> {
	const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
	if (type === "application/json") {
		const body = Body(await readJson(request, REGISTRATION_BYTES));
		for (const field of LATER)
			if (body[field] !== undefined)
				throw new BrigError("not_supported", `The field ${field} is not supported.`);
		checkSize(body.code);
		const { code, language, requirements: _1, env: _2, egress: _3, limits: _4, ...explicit } = body;
		return { service, name, code, language: language ?? tell(code), ...explicit };
	}
	const code = await readText(request, LIMITS.source_bytes.maximum);
	if (type === "text/x-python") return { service, name, code, language: "python" };
	if (type === "text/x-typescript") return { service, name, code, language: "typescript" };
	return { service, name, code, language: tell(code) };
}

function checkSize(code: string): void {
	if (Buffer.byteLength(code) > LIMITS.source_bytes.maximum) {
		throw new BrigError("too_large", `The source is larger than ${LIMITS.source_bytes.maximum} bytes.`);
	}
}

function tell(code: string): Language {
	if (code.trim() === "") throw new BrigError("invalid_source", "The source is empty.");
	const language = detectLanguage(code);
	if (!language) throw new BrigError("language_unknown");
	return language;
}

/** The contract's answer to a registration. */
function shown(fn: ListedFunction) {
	return {
		namespace: fn.namespace,
		service: fn.service,
		name: fn.name,
		version: fn.version,
		language: fn.language,
		description: fn.description,
		input_schema: fn.input_schema,
		output_schema: fn.output_schema,
		tags: fn.tags,
		warnings: fn.warnings,
	};
}

function listed(fn: ListedFunction) {
	const { warnings: _, ...rest } = shown(fn);
	return { kind: "hosted", ...rest, description: fn.description, summary: summary(fn) };
}
