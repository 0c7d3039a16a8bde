import { readdirSync, readFileSync, realpathSync } from "node:fs";
import t from "tap";
import { doctor, notRoot, scratch, writable } from "./support.ts";

const PYTHON = "/usr/bin/python3";

/** A machine whose Python is this script. */
const instead = (folder: string, ...lines: string[]) => `${writable("/usr/bin", folder)}
	printf '%s\\n' ${["#!/bin/sh", ...lines].map((line) => `"${line}"`).join(" ")} > ${folder}/python
	rm ${PYTHON}
	install -m 755 ${folder}/python ${PYTHON}`;

t.test("the system's Python is named with its version", async (t) => {
	t.match((await doctor({ only: ["python"] })).find("python"), {
		status: "ok",
		detail: /^3\.\d+\.\d+ at \/usr\/bin\/python3$/,
	});
});

t.test("without Python there is no sandbox, and the package is named", { skip: notRoot }, async (t) => {
	const found = await doctor({ broken: `${writable("/usr/bin", scratch(t))} rm ${PYTHON}` });
	t.match(found.find("python"), { status: "fail", detail: /is missing/, remedy: "apt install python3" });
	t.equal(found.find("jail-python").status, "fail");
	t.equal(found.find("jail-typescript").status, "fail", "its first process is Python too");
});

t.test("a Python that is too old is a failure", { skip: notRoot }, async (t) => {
	const found = await doctor({ only: ["python"], broken: instead(scratch(t), "echo 3.9.2") });
	t.match(found.find("python"), {
		status: "fail",
		detail: /is 3\.9\.2, and sandboxes need 3\.11/,
		remedy: /Debian from 12/,
	});
});

t.test("a Python that does not run is a failure with its words", { skip: notRoot }, async (t) => {
	const broken = instead(scratch(t), "echo 'no module named encodings' >&2", "exit 1");
	t.match((await doctor({ only: ["python"], broken })).find("python"), {
		status: "fail",
		detail: /does not run: no module named encodings/,
		remedy: /--reinstall/,
	});
	const text = await doctor({ only: ["python"], broken: instead(scratch(t), "echo welcome") });
	t.match(text.find("python"), { status: "fail", detail: /it says welcome/ });
});

t.test("a Python that hangs does not hang the doctor", { skip: notRoot }, async (t) => {
	const seconds = `6${process.pid}`;
	const found = await doctor({
		only: ["python", "jail-python"],
		broken: instead(scratch(t), `sleep ${seconds}`, "true"),
	});
	t.match(found.find("python"), { status: "fail", detail: /no answer within 12 s/ });
	t.equal(found.find("jail-python").status, "fail");
	const left = readdirSync("/proc").filter((pid) => {
		try {
			return readFileSync(`/proc/${pid}/cmdline`, "utf8") === `sleep\0${seconds}\0`;
		} catch {
			return false;
		}
	});
	t.same(left, [], "and nothing of it is left");
});

t.test("a Python where sandboxes don't look is a failure", { skip: notRoot }, async (t) => {
	const folder = scratch(t);
	const away = `${writable("/usr/bin", folder)} cp ${realpathSync(PYTHON)} ${folder}/python3; ln -sf ${folder}/python3 ${PYTHON}`;
	t.match((await doctor({ only: ["python"], broken: away })).find("python"), {
		status: "fail",
		detail: /which sandboxes don't see/,
	});
	const dangling = `${writable("/usr/bin", folder)} ln -sf /nowhere/python3 ${PYTHON}`;
	t.match((await doctor({ only: ["python"], broken: dangling })).find("python"), {
		status: "fail",
		detail: /points at nothing/,
	});
});
