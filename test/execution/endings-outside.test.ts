import t from "tap";
import { PATIENCE } from "../patience.ts";
import { OUTSIDE } from "./support/outside.ts";

t.setTimeout(200_000 * PATIENCE);

for (const [way, happens] of Object.entries(OUTSIDE)) {
	t.test(`${way}: reply and ledger have its status, type, reason and hint`, async (t) => {
		t.setTimeout(60_000 * PATIENCE);
		await happens(t);
	});
}
