import { mkdirSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { doctor, notRoot, scratch } from "./support.ts";

t.test(
	"a disk that is full, nearly full, out of inodes or read-only is said so",
	{ skip: notRoot },
	async (t) => {
		const data = join(scratch(t), "data");
		mkdirSync(data);
		const found = async (options: string, more = "") =>
			(
				await doctor({
					only: ["disk"],
					data,
					broken: `mount -t tmpfs -o mode=711,${options} none ${data}\n${more}`,
				})
			).find("disk");
		t.match(await found("size=900m"), { status: "ok", detail: `900 MiB free at ${data}` });
		t.match(await found("size=200m", `head -c 150M /dev/zero > ${data}/full`), {
			status: "fail",
			detail: /^only 50 MiB free/,
			remedy: /Make room/,
		});
		t.match(await found("size=300m"), { status: "warn", detail: /^only 300 MiB free/ });
		t.match(await found("size=900m,nr_inodes=500"), { status: "fail", detail: /^only \d+ inodes free/ });
		t.match(await found("size=900m,ro"), { status: "fail", detail: /read-only/, remedy: /findmnt/ });
		t.match(await found("size=900m", `truncate -s 1000M ${data}/brig.db`), {
			status: "warn",
			detail: /a backup needs 1000/,
		});
	},
);

t.test("where the data will be is looked at before it is there", async (t) => {
	const above = scratch(t);
	const { detail } = (await doctor({ only: ["disk"], data: join(above, "not/yet") })).find("disk");
	t.match(detail, `free at ${above}`);
});
