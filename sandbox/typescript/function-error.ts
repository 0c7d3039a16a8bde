/**
 * What a failed call of a hosted function throws in the caller's program.
 * @module
 */

/** The failure of a hosted function: which one, the type of its error, and its message. */
export class FunctionError extends Error {
	override name = "FunctionError";
	/** Full name, such as `orders.get_orders`. */
	readonly function: string;
	/** The type of the function's own error, such as `ValueError`. */
	readonly type: string;

	constructor(message: string, name: string, type: string) {
		super(message);
		this.function = name;
		this.type = type;
	}
}
