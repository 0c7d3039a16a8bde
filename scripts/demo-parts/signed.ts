/**
 * The demo's last part: a function with a secret that calls another function. What goes back is a signature; the
 * key that made it stays on the server.
 * @module
 */
import { createHmac, randomBytes } from "node:crypto";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { PublicData } from "./functions.ts";
import { block, heading, line } from "./print.ts";
import type { OwnServer } from "./server.ts";

const SIGN = `import hashlib, hmac, os
from functions import flights


def signed_count(origin: str) -> dict:
    """How many flights left an airport, signed with the report key."""
    text = f"{origin}:{len(flights.list_flights(origin=origin))}"
    signature = hmac.new(os.environ["REPORT_KEY"].encode(), text.encode(), hashlib.sha256).hexdigest()
    return {"text": text, "signature": signature}
`;

const PROGRAM = `import os
from functions import reports

{"report": reports.signed_count(origin="MIA"), "the key, here": os.environ.get("REPORT_KEY")}`;

async function put(server: OwnServer, path: string, body: string, type: string): Promise<void> {
	const headers = { authorization: `Bearer ${server.adminKey}`, "content-type": type };
	const answer = await fetch(`${server.url}/v1/namespaces/default/${path}`, { method: "PUT", headers, body });
	if (answer.status !== 201) throw new Error(`${path}: ${await answer.text()}`);
}

/** Sets a secret, registers the function that declares it, runs a program that calls it. Throws when anything is off. */
export async function signedReport(server: OwnServer, client: Client, data: PublicData): Promise<void> {
	heading("A function with a secret, which calls another function (python)");
	const key = randomBytes(24).toString("hex");
	await put(server, "secrets/REPORT_KEY", key, "application/octet-stream");
	const registration = JSON.stringify({ code: SIGN, language: "python", env: ["REPORT_KEY"] });
	await put(server, "functions/reports.signed_count", registration, "application/json");
	block(PROGRAM);
	const answer = await client.callTool({ name: "execute", arguments: { language: "python", code: PROGRAM } });
	const { result } = answer.structuredContent as { result: Record<string, unknown> };
	const text = `MIA:${data.flights.filter(({ origin }) => origin === "MIA").length}`;
	const signature = createHmac("sha256", key).update(text).digest("hex");
	const wanted = { report: { text, signature }, "the key, here": null };
	if (JSON.stringify(result) !== JSON.stringify(wanted))
		throw new Error(`not as expected: ${JSON.stringify(answer)}`);
	if (JSON.stringify(answer).includes(key)) throw new Error("the secret left the server");
	line("result:");
	block(JSON.stringify(result, null, 2));
	line("the signature is right, and the key is in no answer: it exists in the one sandbox that declared it");
}
