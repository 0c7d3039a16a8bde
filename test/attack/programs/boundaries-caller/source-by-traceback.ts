// Wants secret and source out of the errors of a function, in TypeScript.
// outcome: ok
// @ts-expect-error: the module is there in a sandbox alone
import { vault } from "functions";

const seen: unknown[] = [];
for (const name of ["fail", "fail_ts"]) {
	try {
		await vault[name]({ text: "why?" });
		seen.push("no error");
	} catch (thrown) {
		const error = thrown as Error & Record<string, unknown>;
		seen.push(error.stack, error.message, String(error.cause), Bun.inspect(error, { depth: 9 }));
		for (const key of Reflect.ownKeys(error)) seen.push(String(key), String(error[key as string]));
	}
}
export default seen;
