// Wants source or secret by every means of describing a function, in TypeScript.
// outcome: ok
// @ts-expect-error: the module is there in a sandbox alone
import * as functions from "functions";

const { vault } = functions as never as Record<string, Record<string, (input?: unknown) => Promise<unknown>>>;
await vault!.use_ts!();
const { list, describe, search } = functions as never as Record<string, (...args: unknown[]) => Promise<unknown>>;
const names = (await list!()) as string[];
export default [
	await Promise.all(names.map((name) => describe!(name))),
	await search!("canary TOKEN secret", 50),
	String(vault!.use),
	String(vault),
	Object.getOwnPropertyDescriptors(vault!.use_ts),
	Bun.inspect(vault!.use_ts, { depth: 9 }),
];
