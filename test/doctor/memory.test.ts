import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { doctor, notRoot, scratch } from "./support.ts";

/** A machine with so much memory, and so much of it free. */
function machine(folder: string, total: number, free: number): string {
	const file = join(folder, "meminfo");
	const text = readFileSync("/proc/meminfo", "utf8")
		.replace(/^MemTotal:.*$/m, `MemTotal:       ${total * 1024} kB`)
		.replace(/^MemAvailable:.*$/m, `MemAvailable:   ${free * 1024} kB`);
	writeFileSync(file, text);
	return `mount --bind ${file} /proc/meminfo`;
}

t.test(
	"a machine with too little memory is a failure, one with little a warning",
	{ skip: notRoot },
	async (t) => {
		const found = async (total: number, free: number) =>
			(await doctor({ only: ["memory"], broken: machine(scratch(t), total, free) })).find("memory");
		t.match(await found(512, 400), {
			status: "fail",
			detail: /^512 MiB, .*sandboxes need 640/,
			remedy: /1 GiB/,
		});
		t.match(await found(768, 500), { status: "warn", detail: /few sandboxes/, remedy: /2 GiB/ });
		t.match(await found(4096, 100), { status: "warn", detail: /100 MiB of them free/, remedy: /ps aux/ });
		t.match(await found(4096, 3000), { status: "ok", detail: "4096 MiB, 3000 MiB of them free" });
	},
);
