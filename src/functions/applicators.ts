/**
 * Keywords that apply other schemas: to the members of a value, or to the value itself.
 * @module
 */

import { alternatives, exactlyOne } from "./alternatives.ts";
import { count } from "./assertions.ts";
import type { Compiler } from "./compiler.ts";
import type { Pattern } from "./pattern.ts";
import { type Check, escapeKey, type Node } from "./run.ts";
import { refuse, resolveRef } from "./schema-check.ts";
import { show, someNames } from "./text.ts";
import { isObject, type JsonObject, own } from "./types.ts";

interface Place {
	argument: unknown;
	/** JSON pointer of the keyword in the schema. */
	at: string;
	/** The schema that has the keyword, and its node. */
	schema: JsonObject;
	node: Node;
	compiler: Compiler;
}

type Applicator = (place: Place) => Check | null;

export const applicators: ReadonlyMap<string, Applicator> = new Map<string, Applicator>([
	["properties", properties],
	["patternProperties", patternProperties],
	["additionalProperties", additionalProperties],
	["propertyNames", propertyNames],
	["dependentSchemas", dependentSchemas],
	["prefixItems", prefixItems],
	["items", items],
	["contains", contains],
	["allOf", (place) => allOf(list(place))],
	["anyOf", (place) => alternatives(list(place))],
	["oneOf", (place) => exactlyOne(list(place))],
	["not", not],
	["if", conditional],
	["$ref", reference],
]);

function members(argument: unknown, at: string): [string, unknown][] {
	if (!isObject(argument)) refuse(at, "must be an object");
	return Object.entries(argument);
}

function list({ argument, at, node, compiler }: Place): Node[] {
	if (!Array.isArray(argument) || argument.length === 0) refuse(at, "must be a list of schemas");
	return argument.map((schema, index) => compiler.sameValue(node, schema, `${at}/${index}`));
}

function properties({ argument, at, compiler }: Place): Check {
	const nodes = members(argument, at).map(([key, schema]) => ({
		key,
		node: compiler.node(schema, `${at}/${escapeKey(key)}`),
	}));
	return (value, run) => {
		if (!isObject(value)) return;
		run.work.spend(nodes.length);
		for (const { key, node } of nodes) if (Object.hasOwn(value, key)) run.applyAt(node, value[key], key);
	};
}

function patternsOf(
	argument: unknown,
	at: string,
	compiler: Compiler,
): { pattern: Pattern | null; schema: unknown; path: string }[] {
	return members(argument, at).map(([source, schema]) => {
		const path = `${at}/${escapeKey(source)}`;
		return { pattern: compiler.pattern(source, path), schema, path };
	});
}

function patternProperties({ argument, at, compiler }: Place): Check {
	const rules = patternsOf(argument, at, compiler).flatMap(({ pattern, schema, path }) => {
		const node = compiler.node(schema, path);
		return pattern ? [{ pattern, node }] : [];
	});
	return (value, run) => {
		if (!isObject(value) || rules.length === 0) return;
		for (const key of run.keys(value)) {
			for (const { pattern, node } of rules) {
				if (pattern.found(key, run.work)) run.applyAt(node, value[key], key);
			}
			if (run.full) return;
		}
	};
}

function additionalProperties({ argument, at, schema, compiler }: Place): Check | null {
	const node = compiler.node(argument, at);
	const named = own(schema, "properties");
	const known = new Set(isObject(named) ? Object.keys(named) : []);
	const byPattern = own(schema, "patternProperties");
	const rules = byPattern === undefined ? [] : patternsOf(byPattern, at, compiler);
	// A pattern that can't be checked may have allowed any name.
	if (rules.some(({ pattern }) => pattern === null)) return null;
	const hint = known.size > 0 ? `; known: ${someNames([...known])}` : "; none is known";
	return (value, run) => {
		if (!isObject(value)) return;
		for (const key of run.keys(value)) {
			if (known.has(key) || rules.some(({ pattern }) => pattern?.found(key, run.work))) continue;
			const word = run.path.length === 0 ? "parameter" : "property";
			if (argument === false) run.fault(`is not a known ${word}${hint}`, key);
			else run.applyAt(node, value[key], key);
			if (run.full) return;
		}
	};
}

function propertyNames({ argument, at, compiler }: Place): Check {
	const node = compiler.node(argument, at);
	return (value, run) => {
		if (!isObject(value)) return;
		for (const key of run.keys(value)) {
			const [fault] = run.faultsOf(node, key, 1);
			if (fault) run.fault(`has a name that does not fit: ${fault.message}`, key);
			if (run.full) return;
		}
	};
}

function dependentSchemas({ argument, at, node, compiler }: Place): Check {
	const rules = members(argument, at).map(([key, schema]) => ({
		key,
		node: compiler.sameValue(node, schema, `${at}/${escapeKey(key)}`),
	}));
	return (value, run) => {
		if (!isObject(value)) return;
		run.work.spend(rules.length);
		for (const rule of rules) if (Object.hasOwn(value, rule.key)) run.apply(rule.node, value);
	};
}

function prefixItems({ argument, at, compiler }: Place): Check {
	if (!Array.isArray(argument)) refuse(at, "must be a list of schemas");
	const nodes = argument.map((schema, index) => compiler.node(schema, `${at}/${index}`));
	return (value, run) => {
		if (!Array.isArray(value)) return;
		for (const [index, node] of nodes.entries()) {
			if (index >= value.length || run.full) return;
			run.applyAt(node, value[index], index);
		}
	};
}

function items(place: Place): Check {
	const { argument, at, schema, compiler } = place;
	// Up to draft 7 a list here was what `prefixItems` is now, and `additionalItems` the rest.
	if (Array.isArray(argument)) {
		const prefix = prefixItems(place);
		const rest = own(schema, "additionalItems");
		const others = everyItem(compiler.node(rest ?? true, at), argument.length);
		return (value, run) => {
			prefix(value, run);
			others(value, run);
		};
	}
	const prefix = own(schema, "prefixItems");
	return everyItem(compiler.node(argument, at), Array.isArray(prefix) ? prefix.length : 0);
}

function everyItem(node: Node, from: number): Check {
	if (node.checks.length === 0 && from > 0) return () => {};
	return (value, run) => {
		if (!Array.isArray(value)) return;
		for (let index = from; index < value.length && !run.full; index++) run.applyAt(node, value[index], index);
	};
}

function contains({ argument, at, schema, compiler }: Place): Check {
	const node = compiler.node(argument, at);
	const least = count(own(schema, "minContains") ?? 1, at);
	const most = own(schema, "maxContains") === undefined ? null : count(schema.maxContains, at);
	return (value, run) => {
		if (!Array.isArray(value)) return;
		let found = 0;
		for (const item of value) {
			if (run.fits(node, item)) found++;
			if (most === null && found >= least) return;
		}
		if (found < least) run.fault(`must contain at least ${least} fitting items, has ${found}`);
		if (most !== null && found > most) run.fault(`must contain at most ${most} fitting items, has ${found}`);
	};
}

function allOf(nodes: Node[]): Check {
	return (value, run) => {
		for (const node of nodes) run.apply(node, value);
	};
}

function not({ argument, at, node, compiler }: Place): Check {
	const unwanted = compiler.sameValue(node, argument, at);
	return (value, run) => {
		if (run.fits(unwanted, value))
			run.fault(`must not be of the form that the schema excludes, is ${show(value)}`);
	};
}

function conditional({ argument, at, schema, node, compiler }: Place): Check {
	const branch = (keyword: string) =>
		compiler.sameValue(node, own(schema, keyword) ?? true, at.replace(/if$/, keyword));
	const condition = compiler.sameValue(node, argument, at);
	const [yes, no] = [branch("then"), branch("else")];
	return (value, run) => run.apply(run.fits(condition, value) ? yes : no, value);
}

function reference({ argument, at, node, compiler }: Place): Check {
	const target = compiler.sameValue(node, resolveRef(compiler.root, argument, at), String(argument));
	return (value, run) => run.apply(target, value);
}
