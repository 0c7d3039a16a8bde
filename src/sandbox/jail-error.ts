/**
 * Why there is no jail.
 * @module
 */

/** The jail could not be made, or is not confined as asked. The message is for the operator's log. */
export class JailError extends Error {
	override readonly name = "JailError";
}
