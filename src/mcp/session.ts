/**
 * What a server of tools is given, and what a set of tools gives.
 * @module
 */
import type { CallToolResult, RequestId } from "@modelcontextprotocol/sdk/types.js";
import type { Catalog } from "../functions/catalogs.ts";
import type { Principal } from "../http/auth.ts";
import type { Services } from "../http/services.ts";
import type { Namespace } from "../store/namespaces.ts";

/** What a request of one client works with. */
export interface Session {
	services: Services;
	principal: Principal;
	namespace: Namespace;
	catalog: Catalog;
	mode: "code" | "tools";
	/** Only functions with one of these tags are told about; null for all. */
	tags: string[] | null;
	/** Fires when the connection is cut. */
	signal: AbortSignal;
	/** Runs work whose signal fires when the client cancels the request. */
	track<T>(request: RequestId, work: (cancelled: AbortSignal) => Promise<T>): Promise<T>;
}

/** A set of tools: what is listed, and how one is called. Null for a name that is not there. */
export interface ToolSet {
	list(): object[];
	call(name: string, input: Record<string, unknown>, signal: AbortSignal): Promise<CallToolResult> | null;
}
