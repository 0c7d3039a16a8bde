import t from "tap";
import { ERRORS } from "../../src/errors.ts";
import { makeApp } from "../../src/http/app.ts";
import { openapi } from "../../src/http/openapi.ts";
import type { Services } from "../../src/http/services.ts";
import { mcpRoutes } from "../../src/mcp/routes.ts";

interface Operation {
	summary: string;
	parameters?: { $ref: string }[];
	responses: Record<string, { content?: Record<string, { schema?: { $ref?: string } }> }>;
	security?: unknown[];
}
const document = openapi() as {
	openapi: string;
	paths: Record<string, Record<string, Operation>>;
	components: { schemas: Record<string, unknown>; parameters: Record<string, { name: string; in: string }> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
	Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

t.test("every route of the app is described, and nothing else", async (t) => {
	const app = makeApp({} as Services).use(mcpRoutes({} as Services));
	const routes = app.routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
	const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
	t.same(described.sort(), routes.sort());
});

t.test("every reference leads somewhere", async (t) => {
	const references = [...JSON.stringify(document).matchAll(/"#\/components\/(\w+)\/(\w+)"/g)];
	t.ok(references.length > 20);
	for (const [reference, kind, name] of references) {
		t.ok(
			(document.components as Record<string, Record<string, unknown>>)[kind as string]?.[name as string],
			reference,
		);
	}
});

t.test("every part of a path is a parameter of its operation, and no parameter is unused", async (t) => {
	const used = new Set<string>();
	for (const { path, method, operation } of operations) {
		const names = (operation.parameters ?? []).map(({ $ref }) => $ref.split("/").at(-1) as string);
		for (const name of names) used.add(name);
		const inPath = names.filter((name) => document.components.parameters[name]?.in === "path");
		const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
		t.same(inPath.sort(), wanted.sort(), `${method} ${path}`);
	}
	t.same([...used].sort(), Object.keys(document.components.parameters).sort());
});

t.test(
	"every error answer has the one shape, and 401 is everywhere but where no key is needed",
	async (t) => {
		for (const { path, method, operation } of operations) {
			const open = operation.security?.length === 0;
			t.equal("401" in operation.responses, !open, `${method} ${path}`);
			for (const [status, answer] of Object.entries(operation.responses)) {
				if (Number(status) < 400 || open) continue;
				t.equal(
					answer.content?.["application/json"]?.schema?.$ref,
					"#/components/schemas/Error",
					`${path} ${status}`,
				);
			}
		}
		const { Error: shape } = document.components.schemas as { Error: object };
		for (const code of Object.keys(ERRORS)) t.ok(JSON.stringify(shape).includes(`"${code}"`), code);
	},
);

t.test("it is OpenAPI 3.1 and stays small", async (t) => {
	t.equal(document.openapi, "3.1.0");
	t.ok(JSON.stringify(document).length < 60_000);
	for (const { operation } of operations) t.ok(operation.summary.length < 80, operation.summary);
});
