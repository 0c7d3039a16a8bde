import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { SealError, sealer } from "../../src/secrets/seal.ts";

const folder = mkdtempSync(join(tmpdir(), "brig-seal-"));
t.teardown(() => rmSync(folder, { recursive: true }));
const keyFile = (name: string, bytes: Uint8Array, mode = 0o600) => {
	const file = join(folder, name);
	writeFileSync(file, bytes);
	chmodSync(file, mode);
	return file;
};
const file = keyFile("seal.key", Buffer.alloc(32, 7));
const { seal, open } = sealer(file);
const place = { namespaceId: 1, namespace: "default", name: "API_TOKEN" };

t.test("a value opens as it was sealed, whatever its characters and length", async (t) => {
	const values = ["x", "hunter2!", "zeile\nzwei\r\n", "\ufeffmark", "ключ 🔑", '"\\', "a".repeat(65_536)];
	for (const value of values)
		t.equal(open(place, seal(place, value)), value, JSON.stringify(value.slice(0, 20)));
});

t.test("a sealed value shows neither the value, nor its length, nor that it is the same again", async (t) => {
	const first = Buffer.from(seal(place, "hunter2-hunter2"));
	t.notOk(first.includes("hunter2"));
	t.not(first.toString("hex"), Buffer.from(seal(place, "hunter2-hunter2")).toString("hex"));
	t.equal(first.length, seal(place, "x").length);
	t.equal(first.length, seal(place, "x".repeat(252)).length);
	t.not(first.length, seal(place, "x".repeat(253)).length);
});

t.test("a change of any byte is noticed", async (t) => {
	const sealed = seal(place, "hunter2");
	for (let at = 0; at < sealed.length; at++) {
		const changed = new Uint8Array(sealed);
		changed[at] = (changed[at] as number) ^ 1;
		try {
			open(place, changed);
			t.fail(`byte ${at}`);
		} catch (error) {
			if (!(error instanceof SealError)) t.fail(`byte ${at}: ${error}`);
		}
	}
	for (const part of [
		new Uint8Array(0),
		sealed.subarray(0, 1),
		sealed.subarray(0, 20),
		sealed.subarray(0, -1),
	])
		t.throws(() => open(place, part), SealError);
});

t.test("a row that was moved to another name, namespace or number does not open", async (t) => {
	const sealed = seal(place, "hunter2");
	for (const other of [{ name: "OTHER" }, { namespace: "staging" }, { namespaceId: 2 }])
		t.throws(() => open({ ...place, ...other }, sealed), SealError, JSON.stringify(other));
});

t.test(
	"another key does not open it, and the sentence names the key file and the secret, not the value",
	async (t) => {
		const other = keyFile("other.key", Buffer.alloc(32, 8));
		try {
			sealer(other).open(place, seal(place, "hunter2"));
			t.fail("it opened");
		} catch (error) {
			const { message } = error as Error;
			t.match(message, /The secret API_TOKEN of the namespace default does not open with the key file /);
			t.match(message, other);
			t.notMatch(message, "hunter2");
		}
	},
);

t.test("the key file's own bytes are not the cipher's key", async (t) => {
	const sealed = seal(place, "hunter2");
	const key = await crypto.subtle.importKey("raw", new Uint8Array(32).fill(7), "AES-GCM", false, ["decrypt"]);
	const cipher = { name: "AES-GCM", iv: new Uint8Array(sealed.subarray(1, 13)) };
	await t.rejects(crypto.subtle.decrypt(cipher, key, new Uint8Array(sealed.subarray(13))));
});

t.test("a key file that is missing, of another size or open to others is refused by name", async (t) => {
	const missing = join(folder, "missing.key");
	t.throws(() => sealer(missing), { message: new RegExp(`${missing} can't be read`) });
	const short = keyFile("short.key", Buffer.alloc(31));
	t.throws(() => sealer(short), { message: /has 31 bytes instead of 32/ });
	for (const mode of [0o640, 0o604, 0o660, 0o644]) {
		const shared = keyFile(`shared-${mode}.key`, Buffer.alloc(32), mode);
		t.throws(() => sealer(shared), { message: /run chmod 600/ }, mode.toString(8));
	}
});
