import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { startBrig } from "../server.ts";
import { doctor, notRoot, scratch } from "./support.ts";

const find = async (data: string) => (await doctor({ only: ["data-folder"], data })).find("data-folder");

t.test("a data folder that is not there is a warning, and is not made", async (t) => {
	const data = join(scratch(t), "data");
	t.match(await find(data), { status: "warn", detail: /no data folder/, remedy: /brig install/ });
	t.notOk(existsSync(data));
	writeFileSync(data, "");
	t.match(await find(data), { status: "fail", detail: /is not a folder/ });
});

t.test(
	"what others may do to the data is a failure with the command that ends it",
	{ skip: notRoot },
	async (t) => {
		const { data, stop } = await startBrig(t);
		await stop();
		t.match(await find(data), { status: "ok", detail: /0711, of user 0$/ });

		for (const [path, mode, usual, remedy] of [
			["", 0o773, 0o711, "chmod 711"],
			["brig.db", 0o644, 0o600, "chmod go= "],
			["lock.db", 0o606, 0o600, "chmod go= "],
			["bin", 0o733, 0o711, "chmod go-w "],
		] as const) {
			chmodSync(join(data, path), mode);
			const found = await find(data);
			t.match(found, { status: "fail", detail: /other users/ }, path);
			t.match(found.detail, `0${mode.toString(8)}`);
			t.match(found.remedy, `${remedy}`);
			chmodSync(join(data, path), usual);
		}
		const [parts = ""] = readdirSync(join(data, "bin"));
		const part = join(data, "bin", parts, "inside/init.py");
		chmodSync(part, 0o666);
		t.match(await find(data), {
			status: "fail",
			detail: /inside\/init\.py \(0666\)/,
			remedy: `chmod go-w ${part}`,
		});
		chmodSync(part, 0o644);
		chmodSync(data, 0o755);
		t.match(await find(data), { status: "warn", detail: /may list/, remedy: `chmod 711 ${data}` });
		chmodSync(data, 0o711);
		t.match(await find(data), { status: "ok" }, "and all is well again");
	},
);

t.test("files of another user than the folder's are a failure", { skip: notRoot }, async (t) => {
	const { data, stop } = await startBrig(t);
	await stop();
	chownSync(data, 65_534, 65_534);
	t.match(await find(data), {
		status: "fail",
		detail: /not of user 65534.*brig\.db/,
		remedy: `chown -R 65534: ${data}`,
	});
});

t.test("a folder above that sandboxes can't walk is a failure", { skip: notRoot }, async (t) => {
	const above = join(scratch(t), "above");
	mkdirSync(join(above, "data"), { recursive: true, mode: 0o711 });
	chmodSync(join(above, ".."), 0o711);
	t.match(await find(join(above, "data")), { status: "ok" });
	chmodSync(above, 0o700);
	t.match(await find(join(above, "data")), {
		status: "fail",
		detail: /can't walk \S+above \(0700\)/,
		remedy: `chmod o+x ${above}`,
	});
});
