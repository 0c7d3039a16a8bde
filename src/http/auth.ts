/**
 * Who asks, and what they may.
 * @module
 */
import { BrigError } from "../errors.ts";
import type { Key, KeyTable, Scope } from "../store/keys.ts";
import type { Namespace, NamespaceTable } from "../store/namespaces.ts";

/** A key, or whoever may open the local socket. */
export type Principal = Pick<Key, "id" | "scopes" | "namespace" | "services">;

/** Who opens DATA/brig.sock is admin: the file's mode is the check. */
export const LOCAL_ADMIN: Principal = { id: "local", scopes: ["admin"], namespace: null, services: null };

const RANK: Record<Scope, number> = { run: 1, write: 2, admin: 3 };

/** True when the principal has this scope or one above it. */
export function allows(principal: Principal, scope: Scope): boolean {
	return principal.scopes.some((one) => RANK[one] >= RANK[scope]);
}

/** Requests that came in by the local socket. */
const local = new WeakSet<Request>();
export function markLocal(request: Request): Request {
	local.add(request);
	return request;
}

/** The principal of a request. Throws unauthorized. */
export function authenticate(request: Request, keys: KeyTable): Principal {
	if (local.has(request)) return LOCAL_ADMIN;
	const [, text] = /^Bearer ([^\s]{1,200})$/i.exec(request.headers.get("authorization") ?? "") ?? [];
	const key = text ? keys.authenticate(text) : null;
	if (!key) throw new BrigError("unauthorized");
	return key;
}

/** Throws forbidden. */
export function requireScope(principal: Principal, scope: Scope): void {
	if (!allows(principal, scope))
		throw new BrigError("forbidden", `This needs a key with the scope ${scope}.`);
}

/** Every other service is not there for a key that is bound to some. Throws function_not_found. */
export function requireService(principal: Principal, service: string): void {
	if (principal.services && !principal.services.includes(service)) throw new BrigError("function_not_found");
}

/** Throws forbidden for a key bound to one namespace, admin or not: what this guards concerns all of them. */
export function requireGlobalAdmin(principal: Principal): void {
	requireScope(principal, "admin");
	if (principal.namespace !== null)
		throw new BrigError("forbidden", "This needs an admin key that is not bound to a namespace.");
}

/** The namespace, if the principal may reach it with this scope. Unknown and foreign are the same answer. */
export function enter(
	principal: Principal,
	namespaces: NamespaceTable,
	name: string,
	scope: Scope,
): Namespace {
	const namespace = namespaces.find(name);
	if (!namespace || (principal.namespace !== null && principal.namespace !== namespace.name)) {
		throw new BrigError("namespace_not_found");
	}
	requireScope(principal, scope);
	return namespace;
}
