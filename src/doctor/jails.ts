/** One program in a real sandbox of each language, and how long that took. @module */
import type { Language } from "../result.ts";
import type { Check } from "./check.ts";
import { type Finding, fail, ok, reasonOf, warn } from "./finding.ts";
import type { Ran } from "./sandboxes.ts";

/** Unpacking, compiling, a start and a program, on a slow machine. */
const TIME_MS = 40_000;
/** A fast machine takes a tenth of a second. */
const SLOW_MS = 3_000;

const PROGRAMS: Record<Language, string> = { python: "return 6 * 7", typescript: "return 6 * 7" };
const ANSWER = 42;

/** The check of one language's sandboxes. */
export function jailCheck(language: Language): Check {
	return {
		name: `jail-${language}`,
		timeoutMs: TIME_MS,
		async run(context, signal) {
			let ran: Ran;
			try {
				const sandboxes = await context.sandboxes();
				ran = await sandboxes.run(language, PROGRAMS[language], signal);
				if (ran.ok) return judge(ran.value, ran.ms, sandboxes.measured);
			} catch (error) {
				ran = { ok: false, busy: false, reason: reasonOf(error) };
			}
			return ran.busy ? busy() : failed(ran.reason);
		},
	};
}

function judge(value: unknown, ms: number, measured: string): Finding {
	if (value !== ANSWER) return failed(`its program did not give ${ANSWER}`);
	const time = `${Math.round(ms)} ms ${measured}`;
	if (ms <= SLOW_MS) return ok(time);
	return warn(`slow: ${time}`, "See what keeps this machine's cores and disk busy (top, iostat).");
}

const busy = () =>
	warn(
		"not tried: the running server has no sandbox free",
		"Run it again, or raise --concurrency if it stays.",
	);

function failed(reason: string) {
	return fail(
		`no sandbox: ${reason}`,
		"Mend what fails above first; if nothing does, the server's log says more (`journalctl -u brig`).",
	);
}
