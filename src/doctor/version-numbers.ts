/** Versions compared as numbers, part by part. @module */

/** True when `version` is `least` or newer, as far as `least` says: what follows the numbers is ignored. */
export function atLeast(version: string, least: string): boolean {
	const [have, want] = [version, least].map((text) =>
		(/^[\d.]*/.exec(text)?.[0] ?? "").split(".").map(Number),
	);
	for (const [index, part] of (want ?? []).entries()) {
		const own = have?.[index] ?? 0;
		if (own !== part) return own > part;
	}
	return true;
}
