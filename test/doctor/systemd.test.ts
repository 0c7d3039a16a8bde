import t from "tap";
import { doctor, empty, notRoot } from "./support.ts";

t.test("a machine without systemd is told what needs it", { skip: notRoot }, async (t) => {
	const without = await doctor({ only: ["systemd"], broken: empty("/run") });
	t.match(without.find("systemd"), { status: "warn", detail: /does not run/, remedy: /brig install/ });
	const booted = await doctor({ only: ["systemd"], broken: `${empty("/run")} mkdir -p /run/systemd/system` });
	t.match(booted.find("systemd"), { status: "ok", remedy: null });
});
