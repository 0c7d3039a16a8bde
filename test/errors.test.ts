import t from "tap";
import { BrigError, ERRORS, type ErrorCode } from "../src/errors.ts";

const codes = Object.keys(ERRORS) as ErrorCode[];

t.test("every code has a status of an error, a sentence and a hint", async (t) => {
	t.ok(codes.length > 20);
	for (const code of codes) {
		const { status, message, hint } = ERRORS[code];
		t.match(code, /^[a-z]+(_[a-z]+)*$/);
		t.ok(Number.isInteger(status) && status >= 400 && status < 600, code);
		t.match(message, /^[A-Z].*[.]$/, code);
		t.match(hint, /^[A-Z`].*[.]$/, code);
		t.notMatch(`${message}${hint}`, /\n|undefined/, code);
	}
});

t.test("the statuses are those of the contract", async (t) => {
	const statuses: Partial<Record<ErrorCode, number>> = {
		invalid_json: 400,
		unauthorized: 401,
		forbidden: 403,
		foreign_origin: 403,
		namespace_not_found: 404,
		function_not_found: 404,
		execution_not_found: 404,
		key_not_found: 404,
		method_not_allowed: 405,
		already_exists: 409,
		name_conflict: 409,
		language_conflict: 409,
		too_large: 413,
		invalid_input: 422,
		source_syntax: 422,
		no_entry: 422,
		limit_exceeded: 422,
		busy: 429,
		internal: 500,
		no_sandbox: 503,
		disk_full: 507,
	};
	for (const [code, status] of Object.entries(statuses))
		t.equal(ERRORS[code as ErrorCode].status, status, code);
});

t.test("the body of an error has one shape", async (t) => {
	for (const code of codes) {
		const error = new BrigError(code);
		t.same(error.toBody(), {
			error: { code, message: ERRORS[code].message, hint: ERRORS[code].hint, docs: `/docs/errors#${code}` },
		});
		t.equal(error.status, ERRORS[code].status);
	}
});

t.test("what is known of one case goes over the table's words", async (t) => {
	const faults = [{ path: "/limit", message: "must be an integer" }];
	t.same(new BrigError("invalid_input", "The input does not fit a.b.", { faults, hint: "Look." }).toBody(), {
		error: {
			code: "invalid_input",
			message: "The input does not fit a.b.",
			hint: "Look.",
			docs: "/docs/errors#invalid_input",
			faults,
		},
	});
	const place = new BrigError("source_syntax", "There is no end.", { line: 3, column: null }).toBody();
	t.match(place.error, { line: 3, column: null, hint: ERRORS.source_syntax.hint });
});

t.test("an error is an Error with a name and the message", async (t) => {
	const error = new BrigError("busy");
	t.ok(error instanceof Error);
	t.match(error, { name: "BrigError", message: "The server is busy.", code: "busy", status: 429 });
});
