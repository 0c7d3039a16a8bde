// Wants its timers to break the calls that come after it has returned, in TypeScript.
// outcome: value | error Error | error SystemExit
// result: "returned"
export default function main() {
	setTimeout(() => {
		throw new Error("late");
	}, 5);
	setTimeout(() => process.exit(3), 10);
	return "returned";
}
