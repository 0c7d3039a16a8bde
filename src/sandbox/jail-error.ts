/**
 * Why there is no jail.
 * @module
 */

/** The jail could not be made, or is not confined as asked. */
export class JailError extends Error {
	override readonly name: string = "JailError";

	/**
	 * @param message for the operator's log: all that is known
	 * @param reason a clause for clients too: what is wrong, where, and what mends it; null when only the log may know
	 */
	constructor(
		message: string,
		readonly reason: string | null = null,
	) {
		super(message);
	}
}
