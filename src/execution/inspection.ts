/**
 * Reads a registered source in a jail of its own: parsing untrusted text can cost any time and memory.
 * @module
 */
import * as v from "valibot";
import { BrigError } from "../errors.ts";
import type { Inspect, Inspection } from "../functions/register.ts";
import { INSPECT_MEMORY_MB, INSPECT_MS, LIMITS } from "../limits.ts";
import { MemoryTaken } from "../sandbox/cgroup.ts";
import type { Jail } from "../sandbox/jail.ts";
import { JailError } from "../sandbox/jail-error.ts";
import type { Sandboxes } from "../sandbox/sandboxes.ts";
import type { Admission } from "./admission.ts";
import { noSandbox } from "./outcome.ts";
import { DEFAULT_JAIL_LIMITS } from "./own-limits.ts";

/** A description and two schemas, at most. */
const ANSWER_BYTES = 1024 * 1024;

const Schema = v.union([v.boolean(), v.record(v.string(), v.unknown())]);
const Place = v.optional(v.nullable(v.pipe(v.number(), v.integer())), null);
const Answer = v.variant("ok", [
	v.object({
		op: v.literal("inspected"),
		ok: v.literal(true),
		description: v.nullable(v.pipe(v.string(), v.maxLength(LIMITS.source_bytes.maximum))),
		input_schema: Schema,
		output_schema: v.nullable(Schema),
		parameters: v.array(v.string()),
		warnings: v.array(v.string()),
	}),
	v.object({
		op: v.literal("inspected"),
		ok: v.literal(false),
		error: v.object({
			code: v.picklist(["source_syntax", "no_entry"]),
			message: v.string(),
			line: Place,
			column: Place,
		}),
	}),
]);

/** Makes the `inspect` that registration uses. */
export function inspector(admission: Admission, sandboxes: Sandboxes): Inspect {
	return async (namespaceId, language, name, code) => {
		const release = await admission.acquire(namespaceId);
		if (!release) throw new BrigError("busy");
		try {
			const jail = await sandboxes.lease({
				owner: namespaceId,
				language,
				limits: { ...DEFAULT_JAIL_LIMITS, memory_mb: INSPECT_MEMORY_MB },
				bodyBytes: ANSWER_BYTES,
				outputBytes: 0,
			});
			try {
				return await ask(jail, name, code);
			} finally {
				void jail.destroy();
			}
		} catch (error) {
			if (error instanceof MemoryTaken) throw new BrigError("busy");
			if (error instanceof JailError) throw new BrigError("no_sandbox", noSandbox(error.reason));
			throw error;
		} finally {
			release();
		}
	};
}

async function ask(jail: Jail, name: string, code: string): Promise<Inspection> {
	const header = await new Promise<unknown>((resolve, reject) => {
		const timer = setTimeout(() => resolve(null), INSPECT_MS);
		const settle = (value: unknown) => {
			clearTimeout(timer);
			resolve(value);
		};
		jail.onFrame = (frame) => settle(frame.header);
		void jail.ended.then((ending) => {
			// A source that its reader dies of is too complex; a jail that was lost is not the source's doing.
			if (ending.kind === "gone" && !jail.group.ranOutOfMemory()) reject(new JailError(jail.lastWords));
			settle(null);
		});
		jail.send({ op: "inspect", name }, code);
	});
	if (header === null) throw new BrigError("source_too_complex");
	const parsed = v.safeParse(Answer, header);
	if (!parsed.success) throw new Error(`an inspection that is not one: ${parsed.issues[0].message}`);
	const answer = parsed.output;
	if (answer.ok) return { ...answer, description: answer.description ?? "" };
	const { code: kind, message, line, column } = answer.error;
	throw new BrigError(kind, message, kind === "source_syntax" ? { line, column } : {});
}
