import t from "tap";
import {
	checkFunctionName,
	checkNamespace,
	checkService,
	parseFunctionName,
} from "../../src/functions/names.ts";

const refused = { code: "invalid_name" };

t.test("ordinary names pass and are taken apart at the dot", (t) => {
	checkNamespace("team-7");
	checkService("orders");
	t.same(parseFunctionName("orders.getOrders_2"), { service: "orders", name: "getOrders_2" });
	t.same(parseFunctionName("constructor.hasOwn"), { service: "constructor", name: "hasOwn" });
	for (const name of ["then", "toString", "valueOf", "constructor", "toJSON"])
		t.throws(() => parseFunctionName(`orders.${name}`), { code: "invalid_name" });
	t.end();
});

t.test("namespaces keep to their alphabet and length", (t) => {
	for (const name of ["", "-a", "a-", "A", "a_b", "a".repeat(64), "a\n", "../a"])
		t.throws(() => checkNamespace(name), refused, name);
	checkNamespace("a".repeat(63));
	t.end();
});

t.test("keywords of both languages and reserved words are no service", (t) => {
	const words =
		"class None lambda nonlocal await async del elif function var let static new typeof null true undefined";
	for (const word of `${words} eval arguments search describe list functions result progress log call help types errors`.split(
		" ",
	))
		t.throws(() => checkService(word), refused, word);
	t.end();
});

t.test("every accepted word can be imported in TypeScript", (t) => {
	const transpiler = new Bun.Transpiler({ loader: "ts" });
	for (const word of "type of get match case_ any string number self async_ namespace module declare".split(
		" ",
	)) {
		checkService(word);
		t.doesNotThrow(
			() => transpiler.transformSync(`import { ${word} } from "functions"; console.log(${word}.x());`),
			word,
		);
	}
	t.end();
});

t.test("service and function have 62 characters together at most", (t) => {
	checkFunctionName("a".repeat(31), "b".repeat(31));
	t.throws(() => checkFunctionName("a".repeat(31), "b".repeat(32)), {
		code: "invalid_name",
		message: /63 characters.*62/,
	});
	t.end();
});

t.test("hostile names are refused with a short, printable sentence", (t) => {
	for (const name of [
		"",
		".",
		"a",
		"a.",
		".a",
		"a.b.c",
		"__proto__.x",
		"a.__proto__",
		"../etc.passwd",
		"a/b.c",
		"orders.a__b",
		"orders.class",
		"orders.None",
		"2fa.x",
		"orders.2fa",
		"orders.gét",
		"orders.a\u0000",
		"a.b\n",
		`a.${"x".repeat(10_000)}`,
		"a.\u001b[31mred\u202e",
	]) {
		try {
			parseFunctionName(name);
			t.fail(name);
		} catch (error) {
			const { code, message } = error as { code: string; message: string };
			t.equal(code, "invalid_name");
			t.ok(message.length < 250, message);
			t.notMatch(message, /[\p{Cc}\p{Cf}]/u);
		}
	}
	t.end();
});
