import t from "tap";
import { Channel, closeDescriptors } from "../../src/sandbox/channel.ts";

const MIB = 1024 * 1024;

/** A Python child that has the other end of a channel as descriptor 3, in `wire`. */
async function startChild(t: { teardown(action: () => unknown): unknown }, program: string) {
	const text = `import hashlib, os, socket, sys\nwire = socket.socket(fileno=3)\n${program}`;
	const child = Bun.spawn(["/usr/bin/python3", "-c", text], {
		stdio: ["pipe", "pipe", "inherit", "pipe"],
	});
	t.teardown(() => child.kill("SIGKILL"));
	const chunks: Uint8Array[] = [];
	let arrived = () => {};
	let closes = 0;
	const closed = Promise.withResolvers<void>();
	const channel = await Channel.open(child.stdio[3] as unknown as number, {
		data: (chunk) => {
			chunks.push(new Uint8Array(chunk));
			arrived();
		},
		close: () => {
			closes++;
			closed.resolve();
		},
	});
	t.teardown(() => channel.close());
	const received = () => Buffer.concat(chunks);
	/** Resolves when so many bytes are here. */
	const bytes = (count: number) =>
		new Promise<void>((resolve) => {
			arrived = () => received().length >= count && resolve();
			arrived();
		});
	const output = child.stdout.getReader();
	/** The next line that the child prints; without a buffer it comes in pieces. */
	const said = async () => {
		let text = "";
		while (!text.endsWith("\n")) {
			const { value, done } = await output.read();
			if (done) break;
			text += new TextDecoder().decode(value);
		}
		return text.trim();
	};
	return { child, channel, received, bytes, said, closed: closed.promise, closes: () => closes };
}

t.test("writes larger than any socket buffer arrive whole and in order", async (t) => {
	const { channel, said } = await startChild(
		t,
		`
digest, count = hashlib.sha256(), 0
while count < ${25 * MIB + 300}:
    data = wire.recv(1 << 16)
    digest.update(data)
    count += len(data)
print(digest.hexdigest(), count)`,
	);
	const hasher = new Bun.CryptoHasher("sha256");
	const pieces = [Buffer.alloc(8 * MIB, "a"), Buffer.alloc(17 * MIB, "b")];
	for (let index = 0; index < 300; index++) pieces.push(Buffer.from([index]));
	for (const piece of pieces) {
		hasher.update(piece);
		channel.write(piece);
	}
	t.equal(await said(), `${hasher.digest("hex")} ${25 * MIB + 300}`);
});

t.test("a paused channel reads nothing and loses nothing", async (t) => {
	const { channel, received, bytes, child, said } = await startChild(
		t,
		`
wire.sendall(b"first")
sys.stdin.readline()
wire.setblocking(False)
sent = 0
try:
    while True:
        sent += wire.send(b"x" * 65536)
except BlockingIOError:
    pass
print(sent, flush=True)
wire.setblocking(True)
wire.sendall(b"last")`,
	);
	await bytes(5);
	channel.pause();
	child.stdin.write("go\n");
	child.stdin.flush();
	const sent = Number(await said());
	t.ok(sent > 0, `the kernel took ${sent} bytes and then made the child wait`);
	t.equal(received().length, 5, "none of them were read");
	channel.resume();
	await bytes(5 + sent + 4);
	t.equal(received().toString("latin1", 5 + sent), "last");
});

t.test("drain brings in at once what has arrived, before the event loop turns", async (t) => {
	const { channel, received, child } = await startChild(t, `wire.sendall(b"y" * 100_000)\nsys.stdin.read()`);
	// Nothing else reads while this thread is busy.
	const end = performance.now() + 30_000;
	while (received().length < 100_000 && performance.now() < end) channel.drain();
	t.equal(received().length, 100_000);
	channel.drain();
	t.equal(received().length, 100_000, "draining an empty channel is harmless");
	child.stdin.end();
});

t.test("the end of the other side is told once, after its last bytes", async (t) => {
	const { channel, received, closed, closes } = await startChild(t, `wire.sendall(b"bye")`);
	await closed;
	t.equal(received().toString(), "bye");
	channel.close();
	channel.write(Buffer.from("too late"));
	channel.drain();
	channel.resume();
	t.equal(closes(), 1);
});

t.test("closing here is told once and the child sees the end", async (t) => {
	const { channel, said, closes } = await startChild(t, `print(repr(wire.recv(10)))`);
	channel.close();
	channel.close();
	t.equal(closes(), 1);
	t.equal(await said(), "b''");
});

t.test("descriptors that are closed or absent are passed over", async (t) => {
	const child = Bun.spawn(["true"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
	await child.exited;
	const fd = child.stdio[3] as unknown as number;
	closeDescriptors([null, undefined, fd, fd]);
	t.throws(() => require("node:fs").fstatSync(fd), { code: "EBADF" });
});
