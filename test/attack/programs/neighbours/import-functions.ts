// Wants to call another namespace's function by a name that it makes up.
// outcome: ok
// result: []
const functions = (await import("functions" as string)) as Record<string, Record<string, () => Promise<unknown>>>;
const answers: unknown[] = [];
for (const service of ["vault", "neighbour", "neighbour.vault", "__proto__", "constructor"]) {
	try {
		answers.push(await functions[service]?.reveal?.());
	} catch {}
}
export default answers.filter((answer) => answer !== undefined);
