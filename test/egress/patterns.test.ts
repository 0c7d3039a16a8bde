import t from "tap";
import {
	MOST_PATTERNS,
	matchPattern,
	namesPort,
	parsePattern,
	parsePatterns,
	type Way,
} from "../../src/egress/patterns.ts";
import { BrigError } from "../../src/errors.ts";

t.test("a host, hosts below a name, and a port are patterns, in lower case", async (t) => {
	const table = {
		"api.example.com": "api.example.com",
		"API.Example.COM": "api.example.com",
		"api.example.com:8443": "api.example.com:8443",
		"*.example.org:8443": "*.example.org:8443",
		"*.co.uk": "*.co.uk",
		intranet: "intranet",
		"xn--bcher-kva.example": "xn--bcher-kva.example",
		"_srv.my-host.example": "_srv.my-host.example",
		"1.example.com": "1.example.com",
	};
	for (const [text, shown] of Object.entries(table)) t.equal(parsePattern(text, "/egress/0").text, shown);
});

t.test("what would allow everything, or no name at all, is refused with its path", async (t) => {
	const table: [unknown, RegExp][] = [
		["*", /\*/],
		["*.", /empty/],
		["*.com", /every host below \.com/],
		["*.localhost", /every host/],
		["**.example.com", /\*/],
		["a*.example.com", /\*/],
		["api.*.com", /\*/],
		["*example.com", /\*/],
		["*.*.example.com", /\*/],
		["", /empty/],
		["127.0.0.1", /address/],
		["10.1", /address/],
		["2130706433", /address/],
		["0x7f.1", /address/],
		["0x7f000001", /address/],
		["017700000001", /address/],
		["example.0x7f", /address/],
		["*.0.0.1", /address/],
		["[::1]", /address/],
		["::1", /address/],
		["::ffff:127.0.0.1", /address/],
		["fe80::1%eth0", /address/],
		["a.example:0", /port/],
		["a.example:65536", /port/],
		["a.example:080", /port/],
		["a.example:+80", /port/],
		["a.example: 80", /port/],
		["a.example:", /port/],
		["a.example:80:80", /port|address/],
		["a.example:http", /port/],
		["bücher.example", /ASCII/],
		["аpi.example.com", /ASCII/],
		["api。example.com", /ASCII/],
		["api..example.com", /empty label/],
		[".example.com", /empty label/],
		["api.example.com.", /empty label/],
		["-a.example", /label/],
		["a-.example", /label/],
		[`${"a".repeat(64)}.example`, /label/],
		[`${"a.".repeat(130)}example`, /longer/],
		["user@example.com", /character/],
		["http://example.com", /port|character|address/],
		["example.com/path", /character/],
		["exam ple.com", /ASCII or controls/],
		["example.com\r\n", /ASCII or controls/],
		["example\0.com", /ASCII or controls/],
		["example.com%00", /character/],
		[7, /string/],
		[null, /string/],
		[["a.example"], /string/],
	];
	for (const [text, fault] of table) {
		try {
			parsePatterns(["ok.example", text]);
			t.fail(`${JSON.stringify(text)} is taken`);
		} catch (error) {
			if (!(error instanceof BrigError)) throw error;
			t.equal(error.code, "invalid_field");
			t.match(error.message, fault, JSON.stringify(text));
			t.match(error.message, /^\/egress\/1: .*\.$/s);
			t.equal(error.extra.faults?.[0]?.path, "/egress/1");
		}
	}
});

t.test("a list is a list, of a few hosts, each once", async (t) => {
	t.same(
		parsePatterns(["b.example", "A.example", "a.example"]).map(({ text }) => text),
		["b.example", "a.example"],
	);
	t.throws(() => parsePatterns("a.example"), { message: /^\/egress: must be a list/ });
	t.throws(() => parsePatterns({ 0: "a.example" }), BrigError);
	const many = Array.from({ length: MOST_PATTERNS + 1 }, (_, n) => `h${n}.example`);
	t.throws(() => parsePatterns(many), { message: /more than 32/ });
});

t.test("a name matches itself or what is below a star, on its port or the usual ones", async (t) => {
	const patterns = parsePatterns(["api.example.com", "*.example.org:8443", "*.deep.example"]);
	const table: [string, number, Way, string | null][] = [
		["api.example.com", 443, "connect", "api.example.com"],
		["api.example.com", 80, "http", "api.example.com"],
		["api.example.com", 80, "connect", null],
		["api.example.com", 443, "http", null],
		["api.example.com", 8443, "connect", null],
		["example.com", 443, "connect", null],
		["x.api.example.com", 443, "connect", null],
		["xapi.example.com", 443, "connect", null],
		["api.example.com.evil.test", 443, "connect", null],
		["a.example.org", 8443, "connect", "*.example.org:8443"],
		["a.b.example.org", 8443, "http", "*.example.org:8443"],
		["a.example.org", 443, "connect", null],
		["example.org", 8443, "connect", null],
		["evilexample.org", 8443, "connect", null],
		["a.deep.example", 443, "connect", "*.deep.example"],
	];
	for (const [host, port, way, expected] of table) {
		t.equal(matchPattern(patterns, host, port, way)?.text ?? null, expected, `${way} ${host}:${port}`);
	}
	t.equal(matchPattern([], "api.example.com", 443, "connect"), null, "none by default");
	const own = parsePatterns(["db.internal", "x.internal:81"], "egress_private");
	t.ok(namesPort(own, "db.internal", 5432), "the operator's name without a port is every port");
	t.notOk(namesPort(own, "x.internal", 80));
	t.notOk(namesPort(own, "y.internal", 80));
});
