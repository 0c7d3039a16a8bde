// Wants the caller's screen and log: an error that fails to be told, in TypeScript.
// outcome: error
export default function main() {
	throw new Proxy(new Error("x"), {
		get() {
			throw new Error("\x1b[2J");
		},
		getPrototypeOf() {
			throw new Error("again");
		},
	});
}
