/**
 * Runs a transformed source in this process.
 * @module
 */
import { createRequire } from "node:module";
import vm from "node:vm";
import { importModule } from "./imports.ts";
import { type Body, PARAMETERS } from "./transform.ts";

/** A source that runs, or is about to. */
export interface Source {
	/** The path that stacks know it by, such as `/work/program.ts`. */
	path: string;
	/** The name that people see, such as `program.ts`. */
	name: string;
	text: string;
	/** What runs; null until the source is transformed. */
	body: Body | null;
}

type Run = (...parameters: unknown[]) => Promise<unknown>;

/** Runs the body as if it were the module `path`; resolves to what it returns. A program is `main`, a hosted function not. */
export async function evaluate(path: string, body: Body, main = true): Promise<unknown> {
	const run = body.decorated ? await compiledByBun(path, body) : compiled(path, body);
	const meta = {
		main,
		url: `file://${path}`,
		path,
		file: path,
		filename: path,
		dir: "/work",
		dirname: "/work",
		env: process.env,
	};
	return await run(importModule, meta, createRequire(path));
}

/** A function of the text as it is: through Bun's transpiler it would lose lines, as a module its encoding. */
function compiled(path: string, { text }: Body): Run {
	const script = new vm.Script(`(${PARAMETERS.join(",")})=>{"use strict";${text}}`, {
		filename: path,
		importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
	} as vm.ScriptOptions);
	return script.runInThisContext() as Run;
}

/** Decorators are not JavaScript yet. */
async function compiledByBun(path: string, { text }: Body): Promise<Run> {
	Bun.plugin({
		name: "source",
		setup(build) {
			build.module(path, () => ({
				contents: `export default (${PARAMETERS.join(",")})=>{${text}}`,
				loader: "ts",
			}));
		},
	});
	return (await import(path)).default;
}
