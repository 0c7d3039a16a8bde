/**
 * Runs checks one after the other, each within its time.
 * @module
 */
import type { Check } from "./check.ts";
import type { Context } from "./context.ts";
import { type Finding, fail, reasonOf } from "./finding.ts";

export interface Result extends Finding {
	name: string;
}

const USUAL_MS = 15_000;

/** What one check finds; a check that throws or takes too long has failed. Throws nothing. */
export async function runCheck(check: Check, context: Context): Promise<Result> {
	const limit = check.timeoutMs ?? USUAL_MS;
	const late = new AbortController();
	let timer: ReturnType<typeof setTimeout> | undefined;
	const timeout = new Promise<Finding>((resolve) => {
		timer = setTimeout(() => {
			resolve(
				fail(`no answer within ${limit / 1_000} s`, "See what keeps this machine busy, and run it again."),
			);
			late.abort();
		}, limit);
	});
	const work = (async () => check.run(context, late.signal))().catch((error) =>
		fail(`the check itself failed: ${reasonOf(error)}`, "Run it again; if it stays, report this line."),
	);
	const finding = await Promise.race([work, timeout]);
	clearTimeout(timer);
	return { name: check.name, ...finding };
}

/** What every one of them finds, in their order: no two at once, because some measure time. */
export async function runChecks(checks: readonly Check[], context: Context): Promise<Result[]> {
	const results: Result[] = [];
	for (const check of checks) results.push(await runCheck(check, context));
	return results;
}
