import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { execute } from "../../mcp/support.ts";
import { PATIENCE } from "../../patience.ts";
import { startBrig } from "../../server.ts";
import { DOMAIN, mcpClient, setUp, shown, shownEvenExpired } from "../support/domain.ts";
import { pebbleMissing } from "../support/pebble.ts";

const skip = pebbleMissing() ?? false;
/** A certificate that lives so long is renewed after two thirds of it. */
const LIFE_SECONDS = 30;
t.setTimeout(180_000 * PATIENCE);

async function until<T>(what: string, seconds: number, look: () => Promise<T | null>): Promise<T> {
	for (const end = Date.now() + seconds * 1_000 * PATIENCE; Date.now() < end; await Bun.sleep(200)) {
		const found = await look();
		if (found !== null) return found;
	}
	throw new Error(`not seen in ${seconds} s: ${what}`);
}

t.test(
	"it is renewed while it serves, and no call is lost",
	{ skip, timeout: 120_000 * PATIENCE },
	async (t) => {
		const { pebble, data, args } = await setUp(t, LIFE_SECONDS);
		const brig = await startBrig(t, { args, data });
		const ca = await pebble.issuingRoot();
		const client = await mcpClient(t, brig, ca);
		const first = await shown(brig, ca);
		let done = false;
		const calls = (async () => {
			let count = 0;
			for (; !done; count++) {
				const { structured } = await execute(client, `return ${count}`);
				if (structured.result !== count) throw new Error(`call ${count}: ${JSON.stringify(structured)}`);
			}
			return count;
		})();
		const second = await until("a renewed certificate", 60, async () => {
			const now = await shown(brig, ca);
			return now.serial === first.serial ? null : now;
		});
		t.match(second.names, `DNS:${DOMAIN}`);
		done = true;
		t.ok((await calls) > 3);
		t.notMatch(brig.stderr(), /certificate_not_renewed|^\S+ fault /m);
	},
);

t.test(
	"it is renewed for an account without an email address",
	{ skip, timeout: 120_000 * PATIENCE },
	async (t) => {
		const { pebble, data, args } = await setUp(t, LIFE_SECONDS, null);
		const brig = await startBrig(t, { args, data });
		const ca = await pebble.issuingRoot();
		const first = await shown(brig, ca);
		await until("a renewed certificate", 60, async () =>
			(await shown(brig, ca)).serial === first.serial ? null : true,
		);
		t.notMatch(brig.stderr(), /certificate_not_renewed/);
	},
);

t.test(
	"a renewal that fails is told, held back, and leaves the certificate in place",
	{
		skip,
		timeout: 120_000 * PATIENCE,
	},
	async (t) => {
		const { pebble, data, args, folder } = await setUp(t, LIFE_SECONDS);
		const brig = await startBrig(t, { args, data });
		const ca = await pebble.issuingRoot();
		const first = await shown(brig, ca);
		await pebble.stop();
		const line = await until("the line in the log", 60, async () => {
			return /^.*certificate_not_renewed.*$/m.exec(brig.stderr())?.[0] ?? null;
		});
		t.match(line, /can't be reached .*network.*next_attempt="/);
		const attempts = JSON.parse(readFileSync(join(folder, DOMAIN, "attempts.json"), "utf8"));
		t.equal(attempts.failures, 1);
		t.ok(attempts.next > Date.now() + 30_000, "not asked again at once");
		t.equal((await shownEvenExpired(brig)).serial, first.serial);
	},
);
