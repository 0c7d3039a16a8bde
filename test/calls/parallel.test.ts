import t from "tap";
import { type Language, startCaller } from "./support.ts";

t.setTimeout(200_000);
const caller = await startCaller(t);
const SLOW = `import time
def slow(seconds: float = 1.5) -> list:
    start = time.time()
    time.sleep(seconds)
    return [start, time.time()]
`;
await caller.put("work.slow", SLOW);
await caller.put(
	"work.slow_ts",
	"export async function slow_ts() {\n\tconst start = Date.now() / 1000;\n\tawait Bun.sleep(1500);\n\treturn [start, Date.now() / 1000];\n}",
);
const FAN = (calls: string) => `import asyncio
from functions import fan, FunctionError
async def ${calls === "h" ? "g" : "f"}():
    async def one():
        try:
            return await fan.${calls}.aio()
        except FunctionError as error:
            return error.type
    return await asyncio.gather(*[one() for _ in range(8)])
`;
await caller.put("fan.f", FAN("g"));
await caller.put("fan.g", FAN("h"));
await caller.put("fan.h", "import time\ndef h():\n    time.sleep(0.5)\n    return 1\n");

/** The most of these spans that hold at one moment. */
function overlap(spans: [number, number][]): number {
	return Math.max(...spans.map(([at]) => spans.filter(([start, end]) => start <= at && at < end).length));
}

const CODE: Record<string, [Language, string]> = {
	"asyncio.gather": [
		"python",
		`import asyncio
from functions import work
result = await asyncio.gather(*[work.slow.aio() for _ in range(6)], *[work.slow_ts.aio() for _ in range(6)])`,
	],
	threads: [
		"python",
		`from concurrent.futures import ThreadPoolExecutor
from functions import work
with ThreadPoolExecutor(12) as pool:
    result = list(pool.map(lambda n: work.slow() if n % 2 else work.slow_ts(), range(12)))`,
	],
	"Promise.all": [
		"typescript",
		`import { work } from "functions";
return await Promise.all(Array.from({ length: 12 }, (_, n) => (n % 2 ? work.slow({}) : work.slow_ts())));`,
	],
};
for (const [how, [language, code]] of Object.entries(CODE)) {
	t.test(`twelve calls by ${how}: eight at once, the others when a place is free`, async (t) => {
		const { result, error, usage } = await caller.run(language, code);
		t.equal(result?.length, 12, String(error?.message));
		const most = overlap(result ?? []);
		// A small busy machine starts eight sandboxes one after the other.
		t.ok(most >= 4 && most <= 8, `${most} ran at once`);
		t.equal(usage.calls, 12);
	});
}

t.test(
	"f calls eight g that each call eight h: what has no sandbox fails at once, and nothing hangs",
	async (t) => {
		const { result, status, error } = await caller.run(
			"python",
			"from functions import fan\nresult = fan.f()",
			{
				timeout_ms: 60_000,
			},
		);
		t.equal(status, "ok", String(error?.message));
		const leaves = (result as unknown[]).flat();
		const kinds = new Set(leaves);
		t.ok(kinds.has("TooManySandboxes"), JSON.stringify([...kinds]));
		t.ok(
			[...kinds].every((kind) => kind === 1 || kind === "TooManySandboxes"),
			JSON.stringify([...kinds]),
		);
		t.ok(leaves.filter((one) => one === 1).length >= 1, "those that had one have worked");
		t.ok(await caller.quiet(), "no sandbox is left");
	},
);

t.test("idle sandboxes are given up for new ones, and their functions start again when called", async (t) => {
	const count = 20;
	for (let n = 0; n < count; n++) await caller.put(`many.f${n}`, `def f${n}():\n    return ${n}\n`);
	const { result, error } = await caller.run(
		"python",
		`from functions import many
result = [many.__getattr__(f"f{n}")() for n in [*range(${count}), *range(${count})]]`,
		{ timeout_ms: 60_000 },
	);
	const all = Array.from({ length: count }, (_, n) => n);
	t.same(result, [...all, ...all], String(error?.message));
});
