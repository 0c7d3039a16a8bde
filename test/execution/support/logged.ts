/**
 * What the server's log says of the end of an execution.
 * @module
 */
import { until } from "../../sandbox/real.ts";
import type { TestBrig } from "../../server.ts";

/** The fields of its line by name; throws when there is none, or more than one. */
export async function logged(brig: TestBrig, id: string): Promise<Record<string, unknown>> {
	const found = () =>
		brig
			.stderr()
			.split("\n")
			.slice(0, -1)
			.filter((line) => /^\S+ executed /.test(line) && line.includes(` execution="${id}"`));
	await until(`the log has the end of ${id}`, () => found().length > 0);
	const [line = "", ...more] = found();
	if (more.length > 0) throw new Error(`the log has ${id} more than once`);
	const fields = line.matchAll(/ (\w+)=("(?:[^"\\]|\\.)*"|\S+)/g);
	return Object.fromEntries([...fields].map(([, name, value = ""]) => [name, JSON.parse(value)]));
}
