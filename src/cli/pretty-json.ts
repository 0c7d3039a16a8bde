/**
 * JSON for people, without losing a digit.
 * @module
 */
import { exactJson } from "../functions/json-text.ts";

/** A member of the object in JSON text, indented. */
export function prettyMember(text: string, name: string): string {
	return JSON.stringify((exactJson(text) as Record<string, unknown>)[name] ?? null, null, 2);
}
