/**
 * A call that fails before its function runs, for a reason that its caller can mend.
 * @module
 */
export class CallRefused extends Error {
	override readonly name = "CallRefused";

	/** @param type as `FunctionError` shows it */
	constructor(
		readonly type: string,
		message: string,
	) {
		super(message);
	}
}
