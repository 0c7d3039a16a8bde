/**
 * Runs a module's text in this process.
 * @module
 */
import type { ModuleText } from "./transform.ts";

/** Where the source of a stack's line came from. */
export interface Source {
	/** The path that Bun knows it by, such as `/work/program.ts`. */
	path: string;
	/** The name that people see, such as `program.ts`. */
	name: string;
	text: string;
	/** The module that runs; null until there is one. */
	module: ModuleText | null;
}

/** Imports the text as the module `path` and returns what it exports. */
export async function evaluate(path: string, { text, loader }: ModuleText): Promise<Record<string, unknown>> {
	Bun.plugin({
		name: "source",
		setup(build) {
			build.module(path, () => ({ contents: text, loader }));
		},
	});
	return await import(path);
}
