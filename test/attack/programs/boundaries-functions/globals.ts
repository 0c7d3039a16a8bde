// Wants what another caller's calls left in the globals of its module, in TypeScript.
// outcome: ok
// result: []
const seen: string[] = [];
export default function main() {
	const world = globalThis as { seen?: string[] };
	const found = [...seen, ...(world.seen ?? []), ...(process.env.SEEN ? ["environment"] : [])];
	seen.push("here");
	world.seen = ["here"];
	process.env.SEEN = "1";
	return found;
}
