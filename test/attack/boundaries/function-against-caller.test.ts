import t from "tap";
import { PATIENCE } from "../../patience.ts";
import { type Attack, request, run, startAttack } from "../support/attack.ts";
import { judgeGroup, judgeHost } from "../support/judge.ts";
import { type Program, readPrograms } from "../support/programs.ts";
import { tabulate } from "../support/table.ts";
import { put, settle } from "./functions.ts";

/** Calls the hostile function twice and then an honest one: the caller must be able to go on. */
const CALLERS: Record<string, string> = {
	python: `from functions import FunctionError, attack, echo
def told():
    try:
        return ["value", attack.main()]
    except FunctionError as error:
        return ["error", error.type, error.function, error.message]
result = {"told": [told(), told()], "after": echo.back(a=1)}`,
	typescript: `import { attack, echo, FunctionError } from "functions";
const told = async () => {
	try {
		return ["value", await attack.main()];
	} catch (error) {
		if (!(error instanceof FunctionError)) throw error;
		return ["error", error.type, error.function, error.message];
	}
};
const polluted = () => ({} as any).polluted;
const result = { told: [await told(), await told()], after: await echo.back({ a: 1 }), ...(polluted() && { polluted: 1 }) };
export default result;`,
};

type Told = ["value", unknown] | ["error", string, string, string];

/** Whether what a caller was told is one of the outcomes that the program's head names. */
function expected({ outcomes, result }: Program, told: Told): boolean {
	const [kind, content] = told;
	if (kind === "value")
		return (
			outcomes.some(({ status }) => status === "value") &&
			(result === undefined || JSON.stringify(content) === JSON.stringify(result))
		);
	return outcomes.some(({ status, type }) => status === "error" && (!type || type === content));
}

/** What the caller was told last. */
async function attackCaller(
	t: Tap,
	attack: Attack,
	program: Program,
	caller: string,
): Promise<Told | undefined> {
	const { code, language, timeoutMs } = program;
	const limits = timeoutMs ? { wall_ms: timeoutMs } : {};
	const registered = await put(attack, "attack.main", { language, code, limits, input_schema: {} });
	t.equal(registered.http, 201, registered.text.slice(0, 300));
	const reply = await run(attack, CALLERS[caller] as string, caller);
	const { told, ...rest } = (reply.result ?? {}) as { told: Told[] };
	t.equal(reply.status, "ok", reply.text.slice(0, 500));
	t.same(rest, { after: { a: 1 } }, "the caller goes on, and its next call is answered");
	for (const one of told ?? []) {
		t.ok(expected(program, one), `${JSON.stringify(one).slice(0, 300)} is expected`);
		if (one[0] === "error") t.equal(one[2], "attack.main");
	}
	t.ok(reply.text.length < 100_000, "no flood reaches the client");
	for (const [name, secret] of attack.host.secrets) t.notOk(reply.text.includes(secret), `no ${name} in it`);
	const path = "/v1/namespaces/default/functions/attack.main";
	await request(attack, "DELETE", path, undefined, attack.brig.adminKey);
	await judgeHost(t, attack);
	return told?.at(-1);
}

/** What a caller was told, as the table of attacks shows endings. */
function seen(told: Told | undefined) {
	if (!told) return undefined;
	return { status: told[0], error: told[0] === "error" ? { type: told[1], message: told[3] } : null };
}

type Tap = Parameters<typeof judgeHost>[0];

const attack = await startAttack(t);
await settle(attack);
for (const program of readPrograms("boundaries-function")) {
	await t.test(`${program.file}: ${program.wants}`, async (t) => {
		t.setTimeout(60_000 * PATIENCE);
		let told: Told | undefined;
		try {
			for (const caller of Object.keys(CALLERS))
				told = await attackCaller(t as unknown as Tap, attack, program, caller);
		} finally {
			tabulate("boundaries-function", program, seen(told), told !== undefined && t.passing());
		}
	});
}
await t.test("the server stayed well, and the means of looking were in order", async (t) => {
	await judgeGroup(t as unknown as Tap, attack);
});
