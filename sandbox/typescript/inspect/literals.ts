/**
 * Values that stand in a source as they are: defaults, members of enums.
 * @module
 */
import type { Node } from "@babel/types";

/** The value of an expression that is made of literals alone; undefined for any other. */
export function literalValue(node: Node | null | undefined): unknown {
	switch (node?.type) {
		case "StringLiteral":
		case "NumericLiteral":
		case "BooleanLiteral":
			return node.value;
		case "NullLiteral":
			return null;
		case "TemplateLiteral":
			return node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? undefined) : undefined;
		case "UnaryExpression": {
			const value = literalValue(node.argument);
			if (typeof value !== "number") return undefined;
			return node.operator === "-" ? -value : node.operator === "+" ? value : undefined;
		}
		case "ParenthesizedExpression":
		case "TSAsExpression":
		case "TSSatisfiesExpression":
			return literalValue(node.expression);
		case "ArrayExpression": {
			const items = node.elements.map((element) => literalValue(element));
			return items.includes(undefined) ? undefined : items;
		}
		case "ObjectExpression": {
			const value: Record<string, unknown> = {};
			for (const property of node.properties) {
				const item =
					property.type === "ObjectProperty" && !property.computed ? literalValue(property.value) : undefined;
				if (item === undefined || property.type !== "ObjectProperty") return undefined;
				Object.defineProperty(value, keyText(property.key) ?? "", { value: item, enumerable: true });
			}
			return value;
		}
		default:
			return undefined;
	}
}

/** The text of a property's key that is not computed, or null. */
export function keyText(key: Node): string | null {
	if (key.type === "Identifier") return key.name;
	if (key.type === "StringLiteral") return key.value;
	return key.type === "NumericLiteral" ? String(key.value) : null;
}
