/** What `brig fn rollback`, `approve`, `lock` and `unlock` have in common: one POST about one function. @module */
import { connect } from "./client.ts";
import { inNamespace } from "./options.ts";
import { printJson, say } from "./output.ts";
import type { TargetFlags } from "./target.ts";

/** The answer's facts that the sentences below use. */
interface Changed {
	version: number;
	pending?: boolean;
	approve?: string;
}

/** Sends the change and tells what came of it. The exit code. */
export async function change(
	values: TargetFlags & { namespace?: string | undefined; json?: boolean | undefined },
	name: string,
	action: string,
	body: object,
	done: (answer: Changed) => string,
): Promise<number> {
	const path = inNamespace(values.namespace, "functions", name, action);
	const { value, text } = await connect(values).request<Changed>("POST", path, {
		body: JSON.stringify(body),
	});
	if (values.json) printJson(text);
	else {
		say(done(value));
		if (value.pending) say(`It waits for an admin: ${value.approve}`);
	}
	return 0;
}
