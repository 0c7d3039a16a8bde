/**
 * What a runner may say, checked: everything that comes out of a jail is untrusted.
 * @module
 */
import * as v from "valibot";

const cut = (most: number) =>
	v.pipe(
		v.string(),
		v.transform((text) =>
			text.length > most ? `${text.slice(0, most)} [… ${text.length - most} characters left out]` : text,
		),
	);
const Place = v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0)));
/** What `search` takes at most. */
const MOST_QUERY = 1_000;
const CallId = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

const Failure = v.object({
	type: cut(200),
	message: cut(8_000),
	line: v.optional(Place, null),
	column: v.optional(Place, null),
	traceback: v.optional(v.nullable(cut(32_000)), null),
	hint: v.optional(v.nullable(cut(1_000)), null),
	/** Which limit the exception speaks of, by the runner's word. */
	limit: v.optional(v.nullable(v.picklist(["memory", "processes", "scratch"])), null),
});
const TooLarge = v.object({ bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), shape: cut(300) });
const Warnings = v.pipe(v.array(cut(500)), v.maxLength(50));

const Message = v.variant("op", [
	v.object({
		op: v.literal("result"),
		id: v.optional(CallId),
		ok: v.boolean(),
		error: v.optional(Failure),
		too_large: v.optional(TooLarge),
		warnings: v.optional(Warnings, []),
	}),
	v.object({ op: v.literal("call"), id: CallId, function: v.pipe(v.string(), v.maxLength(200)) }),
	v.object({
		op: v.literal("query"),
		id: CallId,
		kind: v.picklist(["list", "search", "describe", "parameters"]),
		query: v.optional(
			v.pipe(
				v.string(),
				v.transform((text) => text.slice(0, MOST_QUERY)),
			),
		),
		limit: v.optional(v.number()),
		name: v.optional(v.pipe(v.string(), v.maxLength(200))),
		function: v.optional(v.pipe(v.string(), v.maxLength(200))),
	}),
]);

export type Message = v.InferOutput<typeof Message>;
export type ResultMessage = Extract<Message, { op: "result" }>;
/** What a runner asks of the server. */
export type CallMessage = Extract<Message, { op: "call" | "query" }>;
export type QueryMessage = Extract<Message, { op: "query" }>;

/** The message of a frame's header, or a sentence about what is wrong with it. */
export function readMessage(header: unknown): Message | string {
	const parsed = v.safeParse(Message, header);
	return parsed.success
		? parsed.output
		: `${parsed.issues[0].message} at ${v.getDotPath(parsed.issues[0]) ?? "the top"}`;
}
