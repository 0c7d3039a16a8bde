/**
 * Search over functions in memory: BM25 over names, tags, descriptions and parameters, with prefixes.
 * @module
 */

import { BrigError } from "../errors.ts";
import type { Language } from "../result.ts";
import { parameterNames } from "./parameters.ts";
import { signature, summary } from "./stubs.ts";
import { terms } from "./terms.ts";
import { fullName, type HostedFunction } from "./types.ts";

/** One function that was found. */
export interface Found {
	name: string;
	signature: string;
	summary: string;
}

const WEIGHTS = { name: 8, service: 5, tags: 3, description: 1.5, parameters: 1 } as const;
const MOST_QUERY = 1_000;
const MOST_QUERY_TERMS = 32;
const MOST_RESULTS = 50;
/** How many longer terms one query term may stand for. */
const MOST_PREFIXED = 50;
const PREFIX_WEIGHT = 0.5;

interface Index {
	/** Functions by full name. */
	readonly functions: readonly HostedFunction[];
	readonly names: readonly string[];
	readonly vocabulary: readonly string[];
	/** For each term pairs of a function's position and the term's weight in it. */
	readonly postings: ReadonlyMap<string, readonly number[]>;
}

// An index lives as long as the list it was made from: one version of the catalog.
const indexes = new WeakMap<readonly HostedFunction[], Index>();

/**
 * The best `limit` (1 to 50) functions for a query, best first; all by name for an empty query. Throws `invalid_field`
 * for a query above 1,000 characters. The index is kept for the list, so pass the same list again.
 */
export function search(
	functions: readonly HostedFunction[],
	query: string,
	limit = 10,
	language: Language = "python",
): Found[] {
	if (query.length > MOST_QUERY)
		throw new BrigError(
			"invalid_field",
			`The query has ${query.length} characters; at most ${MOST_QUERY} are allowed.`,
		);
	const index = indexOf(functions);
	const wanted = [...new Set(terms(query))].slice(0, MOST_QUERY_TERMS);
	const count = Math.min(MOST_RESULTS, Math.max(1, Math.trunc(limit) || 1));
	const positions = query.trim() === "" ? [...index.functions.keys()] : ranked(index, wanted, query);
	return positions.slice(0, count).map((position) => {
		const fn = index.functions[position] as HostedFunction;
		return { name: fullName(fn), signature: signature(fn, language), summary: summary(fn) };
	});
}

function indexOf(functions: readonly HostedFunction[]): Index {
	const known = indexes.get(functions);
	if (known) return known;
	const index = buildIndex(functions);
	indexes.set(functions, index);
	return index;
}

function buildIndex(given: readonly HostedFunction[]): Index {
	const functions = byName(given);
	const postings = new Map<string, number[]>();
	for (const [position, fn] of functions.entries()) {
		for (const [term, weight] of weightsOf(fn)) {
			const list = postings.get(term);
			if (list) list.push(position, weight);
			else postings.set(term, [position, weight]);
		}
	}
	const names = functions.map((fn) => fullName(fn).toLowerCase());
	return { functions, names, postings, vocabulary: [...postings.keys()].sort() };
}

/** Functions in the order of their full names. */
export function byName(functions: readonly HostedFunction[]): HostedFunction[] {
	const named = functions.map((fn) => ({ fn, name: fullName(fn) }));
	named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
	return named.map((entry) => entry.fn);
}

/** BM25's saturated weight of each term in a function; a term counts by its best field and a little by the others. */
function weightsOf(fn: HostedFunction): Map<string, number> {
	const parameters = parameterNames(fn).slice(0, 50).join(" ").slice(0, 2_000);
	const fields: [string[], number][] = [
		[terms(fn.name), WEIGHTS.name],
		[terms(fn.service), WEIGHTS.service],
		[terms(fn.tags.slice(0, 20).join(" ").slice(0, 1_000), 40), WEIGHTS.tags],
		[terms(fn.description.slice(0, 2_000), 200), WEIGHTS.description],
		[terms(parameters, 100), WEIGHTS.parameters],
	];
	const weights = new Map<string, number>();
	for (const [words, weight] of fields) {
		const counts = new Map<string, number>();
		for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
		// Long texts say each word with less weight; 20 words are usual.
		const lengthFactor = 0.25 + (0.75 * words.length) / 20;
		for (const [word, count] of counts) {
			const saturated = (weight * count * 2.2) / (count + 1.2 * Math.max(0.5, lengthFactor));
			weights.set(word, (weights.get(word) ?? 0) + saturated);
		}
	}
	return weights;
}

function ranked(index: Index, wanted: readonly string[], query: string): number[] {
	const total = index.functions.length;
	const scores = new Float64Array(total);
	const matched = new Uint8Array(total);
	for (const term of wanted) {
		const best = new Float64Array(total);
		for (const [candidate, factor] of expansions(index, term)) addBest(index, candidate, factor, best);
		for (let position = 0; position < total; position++) {
			const score = best[position] as number;
			if (score === 0) continue;
			scores[position] = (scores[position] as number) + score;
			matched[position] = (matched[position] as number) + 1;
		}
	}
	const exact = query.trim().toLowerCase().replace("__", ".");
	const positions: number[] = [];
	for (let position = 0; position < total; position++) {
		// A function that has more of the words comes before one that has a rare word.
		const share = (matched[position] as number) / Math.max(1, wanted.length);
		const name = index.names[position] as string;
		const isExact = name === exact || name.slice(name.indexOf(".") + 1) === exact;
		scores[position] = (scores[position] as number) * share + (isExact ? 1_000 : 0);
		if (scores[position] !== 0) positions.push(position);
	}
	return positions.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
}

/** Raises each function's best score for one query term by one of the terms that it may stand for. */
function addBest(index: Index, term: string, factor: number, best: Float64Array): void {
	const list = index.postings.get(term) ?? [];
	const having = list.length / 2;
	const rarity = Math.log(1 + (best.length - having + 0.5) / (having + 0.5));
	for (let i = 0; i < list.length; i += 2) {
		const position = list[i] as number;
		const score = (list[i + 1] as number) * rarity * factor;
		if (score > (best[position] as number)) best[position] = score;
	}
}

/** The term itself, and terms of the vocabulary that begin with it. */
function expansions({ vocabulary, postings }: Index, term: string): [string, number][] {
	const found: [string, number][] = postings.has(term) ? [[term, 1]] : [];
	if (term.length < 2) return found;
	for (let at = lowerBound(vocabulary, term); found.length < MOST_PREFIXED; at++) {
		const candidate = vocabulary[at];
		if (candidate === undefined || !candidate.startsWith(term)) break;
		if (candidate !== term) found.push([candidate, PREFIX_WEIGHT]);
	}
	return found;
}

function lowerBound(sorted: readonly string[], wanted: string): number {
	let [low, high] = [0, sorted.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((sorted[middle] as string) < wanted) low = middle + 1;
		else high = middle;
	}
	return low;
}
