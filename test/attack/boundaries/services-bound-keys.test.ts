import t from "tap";
import { api, refused } from "../../http/support/client.ts";
import { startBrig } from "../../server.ts";
import { canary } from "./functions.ts";

const MARK = canary();
const brig = await startBrig(t);
const call = api(brig);
const code = `# ${MARK}\ndef get() -> str:\n    """Get it."""\n    raise ValueError("no")\n`;
for (const name of ["open.get", "closed.get", "open.relay"]) {
	const source =
		name === "open.relay"
			? "from functions import closed\ndef relay() -> str:\n    return closed.get()\n"
			: code;
	await call("PUT", `functions/${name}`, { body: { code: source } });
}
const keyFor = async (fields: Record<string, unknown>): Promise<string> =>
	(await call("POST", "/v1/keys", { body: { name: "k", namespace: "default", ...fields } })).json.key;
const bound = await keyFor({ scopes: ["run"], services: ["open"] });

async function run(language: string, code: string, key: string) {
	return (await call("POST", "execute", { key, body: { language, code } })).json;
}

t.test("to code of a bound key every other service does not exist", async (t) => {
	t.match(await run("python", "from functions import closed", bound), {
		status: "error",
		error: { type: "ImportError" },
	});
	t.match(await run("python", "import functions.closed", bound), {
		status: "error",
		error: { type: "ImportError" },
	});
	t.equal(
		(await run("typescript", 'import { closed } from "functions";\nreturn await closed.get();', bound))
			.status,
		"error",
	);
	const seen = await run(
		"python",
		`import functions
from functions import FunctionError
link = functions.__dict__["__brig__"]
result = [functions.list(), functions.search("get it closed"), dir(functions)]
for act in (lambda: link.call("closed.get", b"{}"), lambda: functions.describe("closed.get"), lambda: link.names("closed.get")):
    try:
        act()
        result.append("there")
    except FunctionError as error:
        result.append([error.type, "closed.get" in error.message.split("Did you")[-1]])`,
		bound,
	);
	t.equal(seen.status, "ok", JSON.stringify(seen));
	t.same(seen.result[0], ["open.get", "open.relay"]);
	t.notMatch(JSON.stringify(seen.result.slice(1, 3)), "closed");
	for (const [type] of seen.result.slice(3)) t.equal(type, "FunctionNotFound");
});

t.test("by REST another service of a bound key is what does not exist", async (t) => {
	const write = await keyFor({ scopes: ["write"], services: ["open"] });
	for (const key of [bound, write]) {
		for (const [method, path, body] of [
			["GET", ""],
			["POST", "/call", {}],
			["DELETE", ""],
			["GET", "/versions"],
			["POST", "/rollback", { version: 1 }],
			["PUT", "", { code }],
		] as const) {
			const ask = (name: string) =>
				call(method, `functions/${name}${path}`, { key, ...(body ? { body } : {}) });
			const [closed, nothing] = [await ask("closed.get"), await ask("closee.get")];
			t.ok([403, 404].includes(closed.status), `${method} ${path}: ${closed.text}`);
			t.equal(closed.text.replaceAll("closed", "closee"), nothing.text, `${method} ${path}`);
			t.notMatch(closed.text, MARK);
		}
	}
});

t.test("a function of its service meets the same bounds as the key that runs it", async (t) => {
	const { json } = await call("POST", "functions/open.relay/call", { key: bound, body: {} });
	t.match(json, { status: "error", error: { type: "ImportError" } });
});

t.test(
	"a run key sees no source: not in lists, descriptions, tracebacks, answers or its ledger",
	async (t) => {
		const texts = [
			(await call("GET", "functions", { key: brig.runKey })).text,
			(await call("GET", "functions/open.get", { key: brig.runKey })).text,
			(await call("POST", "functions/open.get/call", { key: brig.runKey, body: {} })).text,
			JSON.stringify(await run("python", "from functions import open\nopen.get()", brig.runKey)),
			(await call("GET", "executions", { key: brig.runKey })).text,
		];
		const { executions } = JSON.parse(texts.at(-1) as string);
		for (const { id } of executions)
			texts.push((await call("GET", `executions/${id}`, { key: brig.runKey })).text);
		for (const text of texts) t.notMatch(text, MARK, text.slice(0, 80));
		for (const path of ["functions/open.get/versions", "functions/open.get/versions/1"])
			refused(t, await call("GET", path, { key: brig.runKey }), 403, "forbidden", path);
		t.match((await call("GET", "functions/open.get")).text, MARK, "a key that may write sees it");
	},
);
