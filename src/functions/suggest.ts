/**
 * "Did you mean": names close to one that was not found.
 * @module
 */

const LONGEST = 130;

/** At most three of `names` that `name` may have meant, closest first; names that differ too much are left out. */
export function didYouMean(name: string, names: readonly string[]): string[] {
	const wanted = name.toLowerCase();
	if (wanted.length === 0 || wanted.length > LONGEST) return [];
	const most = Math.min(3, Math.max(1, Math.floor(wanted.length / 3)));
	const found: { name: string; distance: number }[] = [];
	for (const candidate of names) {
		const distance = distanceTo(wanted, candidate.toLowerCase(), most);
		if (distance <= most) found.push({ name: candidate, distance });
	}
	found.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
	return found.slice(0, 3).map((entry) => entry.name);
}

/** The sentence for a message, or "" when nothing is close: `Did you mean orders.get_orders?` */
export function suggestion(name: string, names: readonly string[]): string {
	const close = didYouMean(name, names);
	return close.length === 0 ? "" : `Did you mean ${close.join(" or ")}?`;
}

// The function name without its service, or with a foreign separator, counts as nearly right.
function distanceTo(wanted: string, candidate: string, most: number): number {
	const dot = candidate.indexOf(".");
	if (dot >= 0 && candidate.slice(dot + 1) === wanted) return 1;
	if (candidate.replace(".", "__") === wanted || candidate.replace(".", "/") === wanted) return 0;
	return levenshtein(wanted, candidate, most);
}

// Two rows are enough, and the same two for ten thousand names.
const rows: [Uint8Array, Uint8Array] = [new Uint8Array(LONGEST + 8), new Uint8Array(LONGEST + 8)];

/** Edit distance, or `most + 1` as soon as it is known to be above `most`. */
function levenshtein(a: string, b: string, most: number): number {
	if (Math.abs(a.length - b.length) > most) return most + 1;
	let [row, next] = rows;
	for (let j = 0; j <= b.length; j++) row[j] = j;
	for (let i = 1; i <= a.length; i++) {
		const unit = a.charCodeAt(i - 1);
		let least = i;
		next[0] = i;
		// Cells farther than `most` from the diagonal can't matter; they keep a large value.
		const [from, to] = [Math.max(1, i - most), Math.min(b.length, i + most)];
		if (from > 1) next[from - 1] = most + 1;
		for (let j = from; j <= to; j++) {
			const replaced = (row[j - 1] as number) + (unit === b.charCodeAt(j - 1) ? 0 : 1);
			const cost = Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1);
			next[j] = cost;
			if (cost < least) least = cost;
		}
		if (to < b.length) next[to + 1] = most + 1;
		if (least > most) return most + 1;
		[row, next] = [next, row];
	}
	return row[b.length] as number;
}
