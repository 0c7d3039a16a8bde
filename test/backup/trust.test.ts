import t from "tap";
import { type BackupFile, openBackup } from "../../src/backup/container.ts";
import { keyId, parseSealingKey, sign } from "../../src/backup/sealing-key.ts";
import { findSigner, type TrustOptions } from "../../src/backup/trust.ts";
import { forge, makeData } from "./make.ts";

const { backup, withKey, sealingKey: key } = makeData(t);
const stranger = new Uint8Array(32).fill(9);
const nothing: TrustOptions = { given: null, own: null, unused: true, acceptUnsigned: false, ask: null };
const open = (file: string): BackupFile => {
	const opened = openBackup(file);
	opened.close();
	return opened;
};
const plain = open(backup);
const full = open(withKey);
const forged = open(
	forge(t, withKey, {
		key: stranger,
		manifest: { sealing_key: Buffer.from(stranger).toString("base64"), key_id: keyId(stranger) },
	}),
);

t.test(
	"the key that the user gives counts before every other, the data folder's before the file's",
	async (t) => {
		t.same(await findSigner(plain, { ...nothing, given: key }), { signedBy: "given", key });
		t.same(await findSigner(full, { ...nothing, given: key, own: key }), { signedBy: "given", key });
		t.same(await findSigner(full, { ...nothing, own: key, unused: false }), { signedBy: "data", key: null });
		t.match(await findSigner(full, nothing), { signedBy: "file" });
		t.match(
			await findSigner(full, { ...nothing, own: stranger }),
			{ signedBy: "file" },
			"nothing is to be lost yet",
		);
	},
);

t.test("a key in the file does not stand against a key of the user's", async (t) => {
	await t.rejects(
		findSigner(forged, { ...nothing, own: key, unused: false }),
		/no key but the one that it brings itself/,
	);
	await t.rejects(findSigner(forged, { ...nothing, given: key }), /The key is not the one/);
	await t.rejects(findSigner(full, { ...nothing, given: stranger }), /The key is not the one/);
});

t.test("without a key that fits the user is asked, once, for the one with its id", async (t) => {
	const asked: string[] = [];
	const ask = async (id: string) => {
		asked.push(id);
		return key;
	};
	t.same(await findSigner(plain, { ...nothing, own: stranger, unused: false, ask }), {
		signedBy: "given",
		key,
	});
	t.same(asked, [keyId(key)]);
	const wrong = findSigner(plain, { ...nothing, ask: async () => stranger });
	await t.rejects(wrong, new RegExp(`its id is ${keyId(stranger)}, the backup's is ${keyId(key)}`));
	await t.rejects(findSigner(plain, nothing), /which is not in it: give it with --key-file/);
});

t.test("with --accept-unsigned nobody is asked, and only a key that was given is taken", async (t) => {
	const ask = async () => {
		throw new Error("was asked");
	};
	const accept = { ...nothing, unused: false, acceptUnsigned: true, ask };
	t.same(await findSigner(forged, { ...accept, own: key }), { signedBy: null, key: null });
	t.same(await findSigner(plain, { ...accept, given: stranger }), { signedBy: null, key: stranger });
	t.same(await findSigner(plain, { ...accept, own: key }), { signedBy: "data", key: null });
});

t.test("a key's id and MAC tell nothing of it, and differ from key to key", async (t) => {
	t.match(keyId(key), /^[0-9a-f]{16}$/);
	t.not(keyId(key), keyId(stranger));
	t.notSame(sign(key, plain.signed), sign(stranger, plain.signed));
	t.notOk(Buffer.from(key).toString("hex").includes(keyId(key)));
});

t.test("a key is 32 bytes, 44 characters of base64 or 64 hexadecimal digits", async (t) => {
	const text = Buffer.from(key);
	for (const form of [text, Buffer.from(`${text.toString("base64")}\n`), Buffer.from(text.toString("hex"))])
		t.same(Buffer.from(parseSealingKey(form) ?? []), text);
	for (const form of ["", "x", "é".repeat(22), `${text.toString("hex")}0`, "=".repeat(44)])
		t.equal(parseSealingKey(Buffer.from(form)), null, form);
});
