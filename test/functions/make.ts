import type { HostedFunction } from "../../src/functions/types.ts";

/** A function with what a test does not care about filled in. */
export function make(name: string, fields: Partial<HostedFunction> = {}): HostedFunction {
	const [service = "", own = ""] = name.split(".");
	return {
		namespace: "default",
		service,
		name: own,
		version: 1,
		language: "python",
		description: "",
		input_schema: { type: "object", properties: {}, additionalProperties: false },
		output_schema: null,
		parameters: [],
		tags: [],
		...fields,
	};
}

const VERBS =
	"get list create update delete find add remove set send fetch archive approve cancel export".split(" ");
const NOUNS =
	"customer_orders invoice payments users account_report tickets email_message files issue_comments".split(
		" ",
	);
const SERVICES = "orders billing crm support mail storage tracker calendar analytics inventory".split(" ");

/** An ordinary catalog: up to 150 functions in ten services, above that in many more. */
export function ordinaryCatalog(count: number): HostedFunction[] {
	return Array.from({ length: count }, (_, i) => {
		const verb = VERBS[Math.floor(i / 10) % VERBS.length];
		const noun = NOUNS[(i + Math.floor(i / 150)) % NOUNS.length];
		const service = i < 150 ? SERVICES[i % 10] : `${SERVICES[i % 10]}_${i % Math.ceil(count / 10)}`;
		return make(`${service}.${verb}_${noun}${i < 150 ? "" : `_${i}`}`, {
			description: `${verb} the ${noun?.replace("_", " ")} of a customer, newest first. There is more to say.`,
		});
	});
}

/** Milliseconds of CPU that this process has used: bounds on it hold on a busy machine too. */
export function cpuMs(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1_000;
}
