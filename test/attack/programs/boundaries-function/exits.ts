// Wants its exit to be the caller's, in TypeScript.
// outcome: error SystemExit
export default function main() {
	process.exit(0);
}
