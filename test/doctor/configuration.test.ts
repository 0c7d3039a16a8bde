import t from "tap";
import { doctor, notRoot, scratch, writable } from "./support.ts";

const ONLY = ["configuration", "disk", "data-folder", "certificate", "listen", "port"];
const config = (folder: string, text: string) =>
	`${writable("/etc", folder)} mkdir -p /etc/brig; printf '${text}' > /etc/brig/brig.toml\n`;

t.test(
	"settings that the server would refuse are a failure, and what rests on them is not passed",
	{ skip: notRoot },
	async (t) => {
		const found = await doctor({ only: ONLY, broken: config(scratch(t), 'listen = "0.0.0.0:8484"\\n') });
		t.match(found.find("configuration"), {
			status: "fail",
			detail: /Listening on 0\.0\.0\.0/,
			remedy: /\/etc\/brig\/brig\.toml/,
		});
		for (const name of ["certificate", "listen", "port"])
			t.match(found.find(name), { status: "warn", detail: /not checked: the configuration is wrong/ }, name);
		t.equal(found.code, 1);
	},
);

t.test("a file that is no TOML, and one with a data folder that is none", { skip: notRoot }, async (t) => {
	const found = await doctor({ only: ONLY, broken: config(scratch(t), "listen =") });
	t.match(found.find("configuration"), { status: "fail", detail: /is not TOML/ });
	const number = await doctor({ only: ONLY, broken: config(scratch(t), "data = 5\\n") });
	t.match(number.find("configuration"), { status: "fail", detail: /The setting data/ });
});

t.test("the file and the environment are read as the server reads them", { skip: notRoot }, async (t) => {
	const data = scratch(t);
	const found = await doctor({ only: ONLY, broken: config(scratch(t), `data = "${data}"\\n`) });
	t.match(found.find("configuration"), { status: "ok", detail: "/etc/brig/brig.toml" });
	t.match(found.find("disk").detail, data);
	const other = await doctor({ only: ONLY, env: { BRIG_DATA: "/nowhere/at/all" } });
	t.match(other.find("data-folder").detail, "/nowhere/at/all");
});
