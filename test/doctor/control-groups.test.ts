import t from "tap";
import { startBrig } from "../server.ts";
import { doctor, empty, notRoot } from "./support.ts";

const NAME = "control-groups";
const GROUPS = "/sys/fs/cgroup";
const systemd = (is: boolean) => `${empty("/run")}${is ? "mkdir -p /run/systemd/system\n" : ""}`;
const offering = (controllers: string) =>
	`${empty(GROUPS)} echo "${controllers}" > ${GROUPS}/cgroup.controllers\n`;
const ALL = "cpuset cpu io memory pids";

t.test("a machine without control groups of version 2 is a failure", { skip: notRoot }, async (t) => {
	const found = await doctor({ only: [NAME, "jail-python"], broken: empty(GROUPS) });
	t.match(found.find(NAME), { status: "fail", detail: /no cgroup v2/, remedy: /kernel parameters/ });
	t.match(found.find("jail-python").detail, "without control groups (this machine has none)");
});

t.test("controllers that are missing are named", { skip: notRoot }, async (t) => {
	const { status, detail } = (await doctor({ only: [NAME], broken: offering("cpuset cpu io") })).find(NAME);
	t.equal(status, "fail");
	t.match(detail, "no controller memory, pids");
});

t.test(
	"without anybody to delegate them it is a failure, with systemd it is well",
	{ skip: notRoot },
	async (t) => {
		const nobody = await doctor({ only: [NAME], broken: offering(ALL) + systemd(false) });
		t.match(nobody.find(NAME), { status: "fail", detail: /nobody delegates/ });
		const somebody = await doctor({ only: [NAME], broken: offering(ALL) + systemd(true) });
		t.match(somebody.find(NAME), { status: "ok", detail: /systemd delegates/ });
	},
);

t.test(
	"a server that bounds nothing is told from one that does",
	{ skip: notRoot || (process.env.BRIG_TEST_SCOPE ? "servers have control groups here" : false) },
	async (t) => {
		const { data } = await startBrig(t);
		const found = (await doctor({ only: [NAME], data, broken: offering(ALL) + systemd(true) })).find(NAME);
		t.match(found, { status: "warn", detail: /development mode/, remedy: /without --without-cgroups/ });
	},
);
