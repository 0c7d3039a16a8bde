import t from "tap";
import { Broker } from "../../src/execution/broker.ts";
import { Executor } from "../../src/execution/executor.ts";
import { CallTree } from "../../src/execution/tree.ts";
import { makeCatalog } from "../../src/functions/catalogs.ts";
import { ValueChecks } from "../../src/functions/value-checks.ts";
import type { Ending, Jail } from "../../src/sandbox/jail.ts";
import { Output } from "../../src/sandbox/output.ts";
import type { ListedFunction } from "../../src/store/versions.ts";
import { draft } from "../store/make.ts";

/** A jail that notes what is done to it. */
function makeJail() {
	const { promise, resolve } = Promise.withResolvers<Ending>();
	const jail = {
		sent: [] as Record<string, unknown>[],
		looks: 0,
		destroyed: false,
		unreadBytes: 0,
		onFrame: null as Jail["onFrame"],
		ended: promise,
		stdout: new Output(0),
		stderr: new Output(0),
		group: {
			ranOutOfMemory: () => jail.look(false),
			refusedProcesses: () => jail.look(0),
		},
		look<T>(found: T): T {
			jail.looks++;
			return found;
		},
		send: (header: Record<string, unknown>) => void jail.sent.push(header),
		pause() {},
		resume() {},
		drainOutput() {},
		measure: () => null,
		async destroy() {
			jail.destroyed = true;
			resolve({ kind: "gone" });
		},
	};
	return jail;
}
type FakeJail = ReturnType<typeof makeJail>;

const fn = { ...draft("work.f"), version: 1, source_hash: "" } as unknown as ListedFunction;
const catalog = makeCatalog([fn]);

/** A tree whose sandboxes come when the test gives them. */
function makeTree(t: { teardown(action: () => unknown): unknown }) {
	const asked: ((jail: FakeJail) => void)[] = [];
	const checks = new ValueChecks();
	t.teardown(() => checks.close());
	const trusted = { load: {}, redactor: null, connect: async () => () => {} };
	const tree = new CallTree({
		id: "exe_1",
		namespaceId: 1,
		catalog,
		source: () => "",
		sandboxes: { lease: () => new Promise((resolve) => asked.push(resolve)) },
		checks,
		trust: { entrust: () => trusted },
		log: () => {},
	} as unknown as ConstructorParameters<typeof CallTree>[0]);
	return { tree, asked };
}

const settled = () => Bun.sleep(20);

t.test("a caller that ends takes along what it queued and what starts for it", async (t) => {
	const { tree, asked } = makeTree(t);
	const caller = makeJail();
	const broker = new Broker(tree, caller as unknown as Jail, []);
	const call = (id: number) =>
		broker.take({ op: "call", id, function: "work.f" }, new TextEncoder().encode("{}"));
	for (let id = 1; id <= 30; id++) call(id);
	await settled();
	t.equal(asked.length, 8, "so many run at once");
	const [first, ...late] = asked.map((give) => {
		const jail = makeJail();
		return { jail, give: () => give(jail) };
	});
	first?.give();
	await settled();
	t.same(
		first?.jail.sent.map(({ op }) => op),
		["load", "call"],
	);
	await broker.close();
	t.equal(first?.jail.destroyed, true, "what runs is ended");
	for (const { give } of late) give();
	call(31);
	await settled();
	for (const { jail } of late)
		t.same([jail.destroyed, jail.sent], [true, []], "what starts is given nothing");
	t.equal(asked.length, 8, "and nothing more is started");
	t.same([caller.sent, tree.calls], [[], 30], "nobody is told, and nothing more is taken");
	t.same(new Set(tree.ledger.map(({ error_type }) => error_type)).has("Cancelled"), true);
	t.equal(tree.ledger.length, 30);
});

t.test("after the end of an execution no sandbox is asked for", async (t) => {
	const { tree, asked } = makeTree(t);
	await tree.end();
	await t.rejects(tree.lease("python", fn.limits as Parameters<CallTree["lease"]>[1]), {
		type: "Cancelled",
		message: "The execution has ended.",
	});
	t.equal(asked.length, 0);
});

/** A program's result after it has sent these frames at once, and the jail it was in. */
async function runWith(headers: Record<string, unknown>[]) {
	const jail = makeJail();
	const ignored = { start: () => {}, end: () => true, executed: () => {} };
	const [admission, sandboxes] = [{ acquire: async () => () => {} }, { lease: async () => jail }];
	const given = [admission, sandboxes, ignored, ignored, ignored, ignored, () => {}, ignored];
	const executor = new Executor(...(given as unknown as ConstructorParameters<typeof Executor>));
	const running = executor.run({
		kind: "execute",
		namespace: { id: 1, name: "default" },
		keyId: "key_a",
		catalog,
		timeoutMs: 5_000,
		language: "python",
		code: "",
	});
	await settled();
	for (const header of headers) jail.onFrame?.({ header, body: new Uint8Array() });
	return { result: await running, jail };
}

t.test("a program's first result counts, and those after it are not looked at", async (t) => {
	const result = (type: string) => ({ op: "result", ok: false, error: { type, message: "m" } });
	const { result: found, jail } = await runWith(["First", ...Array(500).fill("Later")].map(result));
	t.match(found, { status: "error", error: { type: "First" } });
	t.equal(jail.looks, 1);
});

t.test("a program's first breach of the protocol counts, and those after it are not looked at", async (t) => {
	const { result, jail } = await runWith(Array(500).fill({ op: "no such thing" }));
	t.match(result, { status: "error", error: { type: "ProtocolError" } });
	t.equal(jail.looks, 1);
});
