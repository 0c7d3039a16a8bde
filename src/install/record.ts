/**
 * What install found and made, for uninstall to put back.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import * as v from "valibot";
import { RECORD } from "./paths.ts";

const Installed = v.object({
	/** The user was not there before. */
	user_made: v.boolean(),
	/** The first port that needed no privilege. */
	port_start_before: v.number(),
});

export type Installed = v.InferOutput<typeof Installed>;

/** The record, or null when nothing is installed. Throws an Error when it can't be read. */
export function readRecord(): Installed | null {
	if (!existsSync(RECORD)) return null;
	try {
		return v.parse(Installed, JSON.parse(readFileSync(RECORD, "utf8")));
	} catch (error) {
		throw new Error(
			`${RECORD} can't be read (${(error as Error).message}): delete it, then run \`brig install\` again.`,
		);
	}
}
