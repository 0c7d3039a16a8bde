/**
 * A group of hostile programs as a test file.
 * @module
 */
import type { Test } from "tap";
import { PATIENCE } from "../../patience.ts";
import { type Attack, type Reply, runProgram, startAttack } from "./attack.ts";
import { judge, judgeGroup } from "./judge.ts";
import { readPrograms } from "./programs.ts";
import { tabulate } from "./table.ts";

const CGROUPS = Boolean(process.env.BRIG_TEST_SCOPE || process.env.BRIG_TEST_SERVICE);

/**
 * Every program of the group as a test, then what must hold for all of them together.
 * @param prepare what the programs of this group need to be there
 * @param env more of the server's environment
 */
export async function attackGroup(
	t: Test,
	group: string,
	prepare?: (t: Test, attack: Attack) => Promise<void>,
	env: Record<string, string> = {},
): Promise<Attack> {
	const attack = await startAttack(t, env);
	if (prepare) await t.test("what they want is there", (t) => prepare(t as unknown as Test, attack));
	for (const program of readPrograms(group)) {
		const name = `${program.file}: ${program.wants}`;
		const skip = program.needs === "cgroups" && !CGROUPS ? "needs cgroups" : false;
		await t.test(name, { skip }, async (t) => {
			t.setTimeout(60_000 * PATIENCE);
			attack.watch.timing = CGROUPS || !program.mayDelay;
			let reply: Reply | undefined;
			try {
				for (let time = 0; time < program.times; time++) {
					reply = await runProgram(attack, program);
					await judge(t, attack, program, reply);
				}
			} finally {
				tabulate(group, program, reply, reply !== undefined && t.passing());
			}
			attack.watch.timing = true;
		});
	}
	await t.test("the server stayed well, and the means of looking were in order", async (t) => {
		await judgeGroup(t, attack);
	});
	return attack;
}
