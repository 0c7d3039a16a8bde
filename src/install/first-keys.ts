/**
 * The two keys that a new service begins with, made through its admin socket: the journal never sees one.
 * @module
 */
import { request } from "./socket.ts";

/** Texts of the new keys, or null when the service already has keys. */
export async function firstKeys(): Promise<{ admin: string; run: string } | null> {
	const { keys } = await request<{ keys: unknown[] }>("GET", "/v1/keys");
	if (keys.length > 0) return null;
	const admin = await request<{ key: string }>("POST", "/v1/keys", {
		name: "first admin key",
		scopes: ["admin"],
	});
	const run = await request<{ key: string }>("POST", "/v1/keys", {
		name: "first run key",
		scopes: ["run"],
		namespace: "default",
	});
	return { admin: admin.key, run: run.key };
}
