/**
 * What a namespace offers, held in memory as one unchanging snapshot until something is registered or deleted.
 * @module
 */
import { BrigError } from "../errors.ts";
import type { FunctionTable } from "../store/functions.ts";
import type { ListedFunction } from "../store/versions.ts";
import { didYouMean } from "./suggest.ts";
import { fullName } from "./types.ts";

/** The active functions of a namespace at one moment, as one key sees them. An execution keeps the one it started with. */
export interface Catalog {
	readonly functions: readonly ListedFunction[];
	readonly services: readonly string[];
	find(name: string): ListedFunction | null;
	/** What to say when there is no such function. */
	missing(name: string): BrigError;
}

/** A catalog of these functions. */
export function makeCatalog(functions: readonly ListedFunction[]): Catalog {
	const byName = new Map(functions.map((fn) => [fullName(fn), fn]));
	return {
		functions,
		services: [...new Set(functions.map((fn) => fn.service))],
		find: (name) => byName.get(name) ?? null,
		missing(name) {
			const near = didYouMean(name, [...byName.keys()]);
			const hint = near.length
				? `Did you mean ${near.join(" or ")}?`
				: "functions.list() names every function.";
			return new BrigError(
				"function_not_found",
				`There is no function ${JSON.stringify(name.slice(0, 130))}.`,
				{ hint },
			);
		},
	};
}

/** Snapshots by namespace. Whoever changes a namespace's functions calls `invalidate`. */
export class Catalogs {
	readonly #known = new Map<string, Catalog>();

	constructor(private readonly table: FunctionTable) {}

	/** @param services the only services to be seen; null for all */
	get(namespaceId: number, services: readonly string[] | null = null): Catalog {
		const key = `${namespaceId} ${services?.join(" ") ?? "*"}`;
		let catalog = this.#known.get(key);
		if (!catalog) {
			const functions = this.table.list(namespaceId);
			catalog = makeCatalog(services ? functions.filter((fn) => services.includes(fn.service)) : functions);
			this.#known.set(key, catalog);
		}
		return catalog;
	}

	invalidate(namespaceId: number): void {
		for (const key of this.#known.keys()) if (key.startsWith(`${namespaceId} `)) this.#known.delete(key);
	}
}
