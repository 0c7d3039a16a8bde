/**
 * Checks large values beside the server's thread: see value-checks.ts.
 * @module
 */
import { BrigError } from "../errors.ts";
import { checkText, type Fault } from "./check-text.ts";
import type { JsonSchema } from "./types.ts";

/** A value to check; schemas come once and are named by number from then on. */
export interface CheckJob {
	id: number;
	schema: number;
	/** Present when this schema comes for the first time. */
	definition?: JsonSchema;
	bytes: Uint8Array;
	inputs: boolean;
}
export type CheckAnswer = { id: number } & (
	| { faults: Fault[] }
	| { error: "invalid_json" | "input_too_complex" }
);

/** A second of work: nobody waits for this thread but the call itself. */
const PATIENCE = 20;
const schemas = new Map<number, JsonSchema>();

declare const self: {
	onmessage: (event: { data: CheckJob }) => void;
	postMessage(answer: CheckAnswer): void;
};

self.onmessage = ({ data: { id, schema, definition, bytes, inputs } }) => {
	if (definition !== undefined) schemas.set(schema, definition);
	try {
		self.postMessage({ id, faults: checkText(schemas.get(schema) ?? true, bytes, inputs, PATIENCE) });
	} catch (error) {
		const malformed = error instanceof BrigError && error.code === "invalid_json";
		self.postMessage({ id, error: malformed ? "invalid_json" : "input_too_complex" });
	}
};
