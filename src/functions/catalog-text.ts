/**
 * The names of a catalog as lines of text, with as much detail as a budget allows, spread over several texts.
 * @module
 */

import { byName } from "./search.ts";
import { summary } from "./stubs.ts";
import { oneLine } from "./text.ts";
import { estimateTokens } from "./tokens.ts";
import type { HostedFunction } from "./types.ts";

/** How much a reader sees: names with one line each; names; services with counts and some names. */
export type Level = "summaries" | "names" | "services";

/** Characters of each summary: the wider while they fit. */
const SUMMARY_WIDTHS = [80, 50];

interface Service {
	readonly name: string;
	readonly functions: readonly HostedFunction[];
}

/** A part of the listing that is not cut, and what begins a new line before it. */
interface Item {
	/** Written before the item when it is the first of a text or of its service. */
	readonly head: string;
	readonly text: string;
	/** Written before the item when it follows one of the same service in the same text. */
	readonly joint: string;
	readonly startsService: boolean;
}

/** The listing in parts, one for each room, and its level. */
export interface Listing {
	parts: string[];
	level: Level;
}

/**
 * Lists a catalog in at most `tokens` estimated tokens.
 * @param rooms how many characters each text has left, in the order in which they fill
 */
export function listCatalog(
	functions: readonly HostedFunction[],
	rooms: readonly number[],
	tokens: number,
): Listing {
	const services = byService(functions);
	// Far more functions can't fit, so the work of trying is saved.
	if (functions.length <= 400) {
		for (const width of SUMMARY_WIDTHS) {
			const parts = packWithin(summaryItems(services, width), rooms, tokens);
			if (parts) return { parts, level: "summaries" };
		}
		const parts = packWithin(nameItems(services), rooms, tokens);
		if (parts) return { parts, level: "names" };
	}
	return { parts: serviceParts(services, rooms, tokens), level: "services" };
}

function byService(functions: readonly HostedFunction[]): Service[] {
	const services = new Map<string, HostedFunction[]>();
	for (const fn of byName(functions)) {
		const list = services.get(fn.service);
		if (list) list.push(fn);
		else services.set(fn.service, [fn]);
	}
	return [...services].map(([name, list]) => ({ name, functions: list }));
}

function summaryItems(services: readonly Service[], width: number): Item[] {
	return services.flatMap(({ name, functions }) =>
		functions.map((fn, index) => {
			const about = oneLine(summary(fn), width);
			const text = about === "" ? fn.name : `${fn.name}: ${about}`;
			return { head: `${name}\n- `, joint: "\n- ", text, startsService: index === 0 };
		}),
	);
}

function nameItems(services: readonly Service[]): Item[] {
	return services.flatMap(({ name, functions }) =>
		functions.map((fn, index) => ({
			head: `${name}: `,
			joint: ", ",
			text: fn.name,
			startsService: index === 0,
		})),
	);
}

/** Services with their counts and the first `most` names of each, where it has more than are shown ending in "…". */
function serviceItems(services: readonly Service[], most: number): Item[] {
	return services.map(({ name, functions }) => {
		const shown = functions.slice(0, most).map((fn) => fn.name);
		if (shown.length > 0 && shown.length < functions.length) shown.push("…");
		const names = shown.length > 0 ? `: ${shown.join(", ")}` : "";
		return { head: "", joint: "", text: `${name} (${functions.length})${names}`, startsService: true };
	});
}

function serviceParts(services: readonly Service[], rooms: readonly number[], tokens: number): string[] {
	const withNames = largest(services.length <= 400 ? 200 : 0, (most) =>
		packWithin(serviceItems(services, most), rooms, tokens),
	);
	if (withNames) return withNames;
	const withCounts = largest(Math.min(services.length, 2_000), (count) =>
		packWithin(countItems(services, count), rooms, tokens),
	);
	return withCounts ?? rooms.map(() => "");
}

/** The first `count` services in one line, then how many more there are. */
function countItems(services: readonly Service[], count: number): Item[] {
	const items = serviceItems(services.slice(0, count), 0);
	const rest = services.length - count;
	if (rest > 0) items.push({ head: "", joint: "", text: `and ${rest} more services`, startsService: true });
	return items.map((item, index) => ({ ...item, joint: ", ", startsService: index === 0 }));
}

/** What `make` gives for the largest number from 1 to `high` for which it gives something; found by halving. */
function largest<T>(high: number, make: (count: number) => T | null): T | null {
	let best: T | null = null;
	let low = 1;
	let top = high;
	while (low <= top) {
		const middle = (low + top) >> 1;
		const made = make(middle);
		if (made) {
			best = made;
			low = middle + 1;
		} else {
			top = middle - 1;
		}
	}
	return best;
}

function packWithin(items: readonly Item[], rooms: readonly number[], tokens: number): string[] | null {
	const parts = pack(items, rooms);
	return parts && within(parts, tokens) ? parts : null;
}

/** Fills the rooms in order; null when the items need more. */
function pack(items: readonly Item[], rooms: readonly number[]): string[] | null {
	const parts = rooms.map(() => "");
	let room = 0;
	for (const item of items) {
		while (!fits(parts, rooms, room, item)) if (++room >= rooms.length) return null;
		parts[room] += addition(parts[room] as string, item);
	}
	return parts;
}

function fits(parts: readonly string[], rooms: readonly number[], room: number, item: Item): boolean {
	const part = parts[room] as string;
	return part.length + addition(part, item).length <= (rooms[room] as number);
}

function addition(part: string, item: Item): string {
	if (part === "") return `${item.head}${item.text}`;
	return item.startsService ? `\n${item.head}${item.text}` : `${item.joint}${item.text}`;
}

// As JSON, which is how the texts travel: each line break is two characters there.
function within(parts: readonly string[], tokens: number): boolean {
	return parts.reduce((sum, part) => sum + estimateTokens(JSON.stringify(part)), 0) <= tokens;
}
