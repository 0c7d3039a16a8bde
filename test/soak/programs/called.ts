// Is called as a function.
// outcome: ok
// result: "@SUM@"
// as: function
export function called({ n }: { n: number }): string {
	return String((n * (n + 1)) / 2);
}
