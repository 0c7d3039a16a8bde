/**
 * Functions worth attacking, and functions that help to attack: what the programs of the groups `boundaries-…` call.
 * @module
 */
import { randomBytes } from "node:crypto";
import { type Attack, request, run } from "../support/attack.ts";
import { openDescriptors } from "../support/processes.ts";

export const FUNCTIONS = "/v1/namespaces/default/functions";
/** A host that one function may reach, and that does not exist. */
export const HOST = "boundaries.invalid";

export const canary = () => `canary-${randomBytes(12).toString("hex")}`;

/** Signs with a secret and leaves it everywhere in its own jail; `fail` puts it into its errors. */
const vault = (source: string) => `
# ${source}
import hashlib, os, subprocess, sys, time
TOKEN = os.environ["TOKEN"]

def use(text: str = "") -> str:
    """Sign a text."""
    print(TOKEN, file=sys.stderr)
    for folder in ("/tmp", "/work", "/dev/shm"):
        with open(folder + "/of-the-function", "w") as file:
            file.write(TOKEN)
    return hashlib.sha256(text.encode()).hexdigest()[:8]

def fail(text: str = "") -> str:
    """Sign a text, in vain."""
    local = TOKEN
    try:
        raise KeyError(TOKEN)
    except KeyError as error:
        raise ValueError(f"{text} {TOKEN} {TOKEN.encode().hex()} {local!r}") from error

def slow(seconds: float = 1) -> str:
    """Sign slowly."""
    child = subprocess.Popen(["/usr/bin/sleep", "30"])
    time.sleep(seconds)
    child.kill()
    return "signed"
`;

const VAULT_TS = (source: string) => `
// ${source}
import { writeFileSync } from "node:fs";
const token = process.env.TOKEN!;
/** Sign a text. */
export function use_ts(input: { text?: string }): string {
	writeFileSync("/tmp/of-the-function", token);
	return String(input.text ?? "").length + " signed";
}
export function fail_ts(input: { text?: string }): string {
	throw new TypeError(\`\${input.text} \${token}\`, { cause: new Error(token) });
}
`;

const ECHO = `
def back(**values):
    """Give back what came."""
    return values

def role(role: str) -> str:
    """Tell the role."""
    return role

def most(count: int) -> str:
    """Tell the count."""
    return str(count)
`;
const ECHO_TS = `
export function back_ts(input: Record<string, unknown>): unknown {
	return { ...input, polluted: ({} as { polluted?: unknown }).polluted ?? null };
}
`;

/** The one function with a way out: it tells what the proxy says, also when it holds it open. */
const WEB = `
import time, urllib.request
def get(seconds: float = 0) -> str:
    """Reach out."""
    time.sleep(seconds)
    try:
        return urllib.request.urlopen("http://${HOST}/", timeout=10).read().decode()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
`;

/** Registers a function as admin; what it has, stays. */
export async function put(attack: Attack, name: string, fields: Record<string, unknown>, ns = "default") {
	const path = `/v1/namespaces/${ns}/functions/${name}`;
	return request(attack, "PUT", path, JSON.stringify(fields), attack.brig.adminKey);
}

/** Makes everything; the secret's value and the sources' marks must never be seen. Returns the secret. */
export async function settle(attack: Attack): Promise<string> {
	const [secret, source] = [canary(), canary()];
	attack.host.secrets.set("secret of a function", secret);
	attack.host.secrets.set("secret of a function in hex", Buffer.from(secret).toString("hex"));
	attack.host.secrets.set("source of a function", source);
	const { adminKey } = attack.brig;
	const set = await request(attack, "PUT", "/v1/namespaces/default/secrets/TOKEN", secret, adminKey);
	const answers = [set];
	for (const name of ["use", "fail", "slow"])
		answers.push(await put(attack, `vault.${name}`, { code: vault(source), env: ["TOKEN"] }));
	for (const name of ["use_ts", "fail_ts"])
		answers.push(await put(attack, `vault.${name}`, { code: VAULT_TS(source), env: ["TOKEN"] }));
	const [role, most] = [
		{ type: "string", enum: ["user"] },
		{ type: "integer", maximum: 9_007_199_254_740_991 },
	];
	answers.push(await put(attack, "echo.back", { code: ECHO }));
	answers.push(await put(attack, "echo.back_ts", { code: ECHO_TS }));
	answers.push(await put(attack, "echo.role", { code: ECHO, input_schema: object({ role }) }));
	answers.push(await put(attack, "echo.most", { code: ECHO, input_schema: object({ count: most }) }));
	answers.push(await put(attack, "web.get", { code: WEB, egress: [HOST] }));
	for (const { http, text } of answers) if (http !== 201) throw new Error(text);
	// The worker that checks large values stays: its descriptors are no leak.
	await run(attack, "from functions import echo\nresult = len(echo.back(x='x' * 100_000))", "python");
	attack.before.descriptors = openDescriptors(attack.brig.process.pid);
	return secret;
}

function object(properties: Record<string, unknown>) {
	return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}
