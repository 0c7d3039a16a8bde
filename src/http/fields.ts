/**
 * The edge: JSON bodies checked with TypeBox, each fault with its path.
 * @module
 */
import type { Static, TSchema } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { BrigError } from "../errors.ts";

const MOST_FAULTS = 20;

/** Makes a checker that returns the value in its type, or throws invalid_field. The schema is ours, never a user's. */
export function fields<T extends TSchema>(schema: T): (value: unknown) => Static<T> {
	const checker = TypeCompiler.Compile(schema);
	return (value) => {
		if (checker.Check(value)) return value;
		const faults: { path: string; message: string }[] = [];
		for (const { path, message } of checker.Errors(value)) {
			if (faults.length >= MOST_FAULTS) break;
			// A missing property is reported once more for its type.
			if (!faults.some((fault) => fault.path === path)) faults.push({ path, message });
		}
		const first = faults[0];
		throw new BrigError("invalid_field", first && `${first.path || "The body"}: ${first.message}.`, {
			faults,
		});
	};
}
