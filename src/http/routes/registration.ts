/**
 * How a registration arrives: raw source, or JSON with fields beside it.
 * @module
 */
import { type TSchema, Type } from "@sinclair/typebox";
import { BrigError } from "../../errors.ts";
import { detectLanguage } from "../../execution/language.ts";
import type { Registration } from "../../functions/register.ts";
import { LIMITS } from "../../limits.ts";
import type { Language } from "../../result.ts";
import type { ListedFunction } from "../../store/versions.ts";
import { readJson, readText } from "../body.ts";
import { fields } from "../fields.ts";
import { checkSource } from "./execute.ts";

const anything = (schema: TSchema = Type.Unknown()) => Type.Optional(schema);
const Body = fields(
	Type.Object(
		{
			code: Type.String(),
			language: Type.Optional(Type.Union([Type.Literal("python"), Type.Literal("typescript")])),
			description: Type.Optional(Type.String({ maxLength: 10_000 })),
			input_schema: anything(),
			output_schema: anything(),
			tags: Type.Optional(
				Type.Array(Type.String({ pattern: "^[a-z0-9][a-z0-9_-]{0,62}$" }), {
					maxItems: 20,
					uniqueItems: true,
				}),
			),
			env: anything(),
			egress: anything(),
			limits: anything(),
			requirements: anything(),
		},
		{ additionalProperties: false },
	),
);
/** Fields of the contract that this version can't honour: refused, never ignored. */
const LATER = ["requirements"] as const;
/** A JSON string can take six bytes for one of its source. */
const BODY_BYTES = LIMITS.source_bytes.maximum * 6 + 512 * 1024;

/** Reads a registration from raw source or JSON, as the content type says; with none, as it looks. Throws BrigError. */
export async function readRegistration(
	request: Request,
	service: string,
	name: string,
): Promise<Registration> {
	const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
	if (type === "application/json") {
		const body = Body(await readJson(request, BODY_BYTES));
		for (const field of LATER) {
			if (body[field] !== undefined)
				throw new BrigError("not_supported", `The field ${field} is not supported.`);
		}
		checkSource(body.code);
		const { requirements: _, code, language, ...explicit } = body;
		return { service, name, code, language: language ?? tell(code), ...explicit };
	}
	const code = await readText(request, LIMITS.source_bytes.maximum);
	if (type === "text/x-python") return { service, name, code, language: "python" };
	if (type === "text/x-typescript") return { service, name, code, language: "typescript" };
	return { service, name, code, language: tell(code) };
}

function tell(code: string): Language {
	if (code.trim() === "") throw new BrigError("invalid_source", "The source is empty.");
	const language = detectLanguage(code);
	if (!language) throw new BrigError("language_unknown");
	return language;
}

/** The tag of a version, for ETag and If-Match. */
export function etag(fn: Pick<ListedFunction, "version" | "content_hash">): string {
	return `"${fn.version}-${fn.content_hash.slice(0, 16)}"`;
}

/** What If-Match and If-None-Match ask for, as a check of the active version. Throws precondition_failed. */
export function preconditionOf(headers: Headers): (active: ListedFunction | null) => void {
	const [match, noneMatch] = [headers.get("if-match"), headers.get("if-none-match")];
	return (active) => {
		if (
			match !== null &&
			(!active || (match !== "*" && !match.split(",").some((one) => one.trim() === etag(active))))
		) {
			throw new BrigError("precondition_failed");
		}
		if (noneMatch === "*" && active)
			throw new BrigError("precondition_failed", "The function exists already.");
	};
}

/** The contract's answer to a registration. */
export function shown(fn: ListedFunction) {
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
		env: fn.env,
		egress: fn.egress,
		limits: fn.limits,
		warnings: fn.warnings,
	};
}
