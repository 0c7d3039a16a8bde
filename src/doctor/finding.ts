/** What a check finds. @module */

export interface Finding {
	status: "ok" | "warn" | "fail";
	/** One line: what was seen. */
	detail: string;
	/** One line: what to do about it; null when there is nothing to do. */
	remedy: string | null;
}

/** All is well. */
export const ok = (detail: string): Finding => ({ status: "ok", detail, remedy: null });
/** It works, or could not be looked at, and somebody should know. */
export const warn = (detail: string, remedy: string): Finding => ({ status: "warn", detail, remedy });
/** It does not work, or is not safe. */
export const fail = (detail: string, remedy: string): Finding => ({ status: "fail", detail, remedy });

/** What an error says, without the name of its class. */
export function reasonOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
