import t from "tap";
import { renewalTime, waitAfter } from "../../../src/tls/acme/timing.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

t.test(
	"a certificate is renewed 30 days before its end, a shorter one with a third of its life left",
	async (t) => {
		const left = (life: number) => {
			const notBefore = new Date("2026-01-01T00:00:00Z");
			const notAfter = new Date(notBefore.getTime() + life);
			return notAfter.getTime() - renewalTime({ notBefore, notAfter });
		};
		t.equal(left(398 * DAY), 30 * DAY);
		t.equal(left(90 * DAY), 30 * DAY);
		t.equal(left(45 * DAY), 15 * DAY);
		t.equal(left(6 * DAY), 2 * DAY);
		t.equal(left(3 * HOUR), HOUR);
	},
);

t.test(
	"each failure doubles the wait, from a minute to six hours, and chance adds up to a fifth",
	async (t) => {
		const minutes = [1, 2, 3, 4, 5, 8, 9, 10, 100, 1e9].map((failures) => waitAfter(failures, 0) / 60_000);
		t.same(minutes, [1, 2, 4, 8, 16, 128, 256, 360, 360, 360]);
		t.equal(waitAfter(1, 1), 72_000);
		for (let count = 0; count < 100; count++) t.ok(waitAfter(3) >= 240_000 && waitAfter(3) <= 288_000);
	},
);
