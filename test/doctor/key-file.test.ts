import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { brigOf } from "../cli/brig.ts";
import { startBrig } from "../server.ts";
import { doctor, notRoot, scratch } from "./support.ts";

const find = async (data: string) => (await doctor({ only: ["key-file"], data })).find("key-file");

t.test("without data there is no key yet", async (t) => {
	t.match(await find(scratch(t)), { status: "ok", detail: /none yet/ });
});

t.test("a key that is open, cut, foreign, replaced or gone is a failure", { skip: notRoot }, async (t) => {
	const { data, stop } = await startBrig(t);
	const file = join(data, "seal.key");
	t.match(await find(data), { status: "ok", detail: "0600, 32 bytes" });
	const set = await brigOf(data)(["secret", "set", "API_TOKEN"], { stdin: "something secret" });
	t.equal(set.code, 0, set.stderr);
	t.match(await find(data), { status: "ok", detail: /opens the stored secrets/ }, "while the server runs");
	await stop();
	t.match(await find(data), { status: "ok", detail: /opens the stored secrets/ }, "and when it has stopped");

	chmodSync(file, 0o640);
	t.match(await find(data), {
		status: "fail",
		detail: /open to other users \(0640\)/,
		remedy: `chmod 600 ${file}`,
	});
	chmodSync(file, 0o600);

	const key = readFileSync(file);
	writeFileSync(file, key.subarray(0, 31));
	t.match(await find(data), { status: "fail", detail: /31 bytes instead of 32/, remedy: /backup/ });
	writeFileSync(file, randomBytes(32));
	t.match(await find(data), { status: "fail", detail: /does not open the secret API_TOKEN of default/ });
	writeFileSync(file, key);

	chownSync(file, 65_534, 65_534);
	t.match(await find(data), { status: "fail", detail: /is of user 65534/, remedy: `chown 0: ${file}` });
	chownSync(file, 0, 0);

	renameSync(file, `${file}.elsewhere`);
	symlinkSync(`${file}.elsewhere`, file);
	t.match(await find(data), { status: "fail", detail: /not a plain file/ });
	rmSync(file);
	t.match(await find(data), {
		status: "fail",
		detail: /is missing: no stored secret can be opened/,
		remedy: /--with-key/,
	});
	renameSync(`${file}.elsewhere`, file);
	t.match(await find(data), { status: "ok" }, "and all is well again");
});
