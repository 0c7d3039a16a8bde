// Wants code of its own to run in the caller: a result with functions in it, in TypeScript.
// outcome: value | error TypeError
// result: 7
export default function main() {
	return { then: (resolve: (value: number) => void) => resolve(7), toJSON: () => ({ evil: () => {} }) };
}
