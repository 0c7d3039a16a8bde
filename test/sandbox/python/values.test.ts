import t from "tap";
import { run } from "./harness.ts";

t.test("faithful conversions", async (t) => {
	const table: [string, string][] = [
		["[None, True, False, 1, -2.5, 'é\\n\"']", '[null,true,false,1,-2.5,"é\\n\\""]'],
		["(1, (2,))", "[1,[2]]"],
		["{'a': {}, 'b': [], 'c': ()}", '{"a":{},"b":[],"c":[]}'],
		["{1: 'a', -2: 'b'}", '{"1":"a","-2":"b"}'],
		["12345678901234567890123", "12345678901234567890123"],
		["1e300", "1e+300"],
		[
			"from datetime import *\n[datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone.utc), date(2024, 1, 2), time(3, 4)]",
			'["2024-01-02T03:04:05+00:00","2024-01-02","03:04:00"]',
		],
		["from decimal import Decimal\nDecimal('10.50')", '"10.50"'],
		[
			"from enum import *\nclass A(Enum):\n    X = 'x'\nclass B(IntEnum):\n    Y = 2\nclass C(StrEnum):\n    Z = auto()\n[A.X, B.Y, C.Z, {A.X: 1, B.Y: 2, C.Z: 3}]",
			'["x",2,"z",{"x":1,"2":2,"z":3}]',
		],
		[
			"from dataclasses import *\nfrom typing import ClassVar\n@dataclass\nclass P:\n    x: int\n    k: ClassVar[int] = 9\n    y: list = field(default_factory=list)\nP(1)",
			'{"x":1,"y":[]}',
		],
		[
			"from dataclasses import *\n@dataclass(slots=True, frozen=True)\nclass P:\n    x: int\n[P(1)]",
			'[{"x":1}]',
		],
		["class M:\n    def model_dump(self): return {'a': (1,)}\nM()", '{"a":[1]}'],
		[
			"from collections import *\nN = namedtuple('N', 'a b')\n[N(1, 2), OrderedDict(a=1), defaultdict(int, b=2), Counter('aa')]",
			'[[1,2],{"a":1},{"b":2},{"a":2}]',
		],
		["x = [1]\n[x, x]", "[[1],[1]]"],
	];
	for (const [code, text] of table) {
		const ran = await run(code);
		t.equal(ran.text, text, ran.error?.message ?? code);
	}
});

t.test("subclasses with methods of their own can't make wrong JSON", async (t) => {
	const table: [string, string][] = [
		[
			"class D(dict):\n    def items(self): return [('\"', object())]\n    def __iter__(self): return iter(['x'])\nD(a=1)",
			'{"a":1}',
		],
		[
			"class L(list):\n    def __iter__(self): return iter([object()])\n    def __len__(self): return 0\nL([1])",
			"[1]",
		],
		["class T(tuple):\n    def __iter__(self): return iter([object()])\nT([1])", "[1]"],
		[
			"class S(str):\n    def __str__(self): return '\"'\n    def __repr__(self): return '\"'\n    def encode(self, *a): return b'\"'\n    def __hash__(self): return 1\n[S('a'), {S('k'): 1}]",
			'["a",{"k":1}]',
		],
		[
			"class I(int):\n    def __repr__(self): return 'evil'\n    __str__ = __repr__\n[I(3), {I(4): 1}]",
			'[3,{"4":1}]',
		],
		[
			"class F(float):\n    def __repr__(self): return 'NaN'\n    def __sub__(self, o): return 0\nF(1.5)",
			"1.5",
		],
	];
	for (const [code, text] of table) {
		const ran = await run(code);
		t.equal(ran.text, text, ran.error?.message ?? code);
	}
	const liar = await run("class X:\n    __class__ = dict\n[X()]");
	t.match(liar.error, { type: "TypeError", message: /^result\[0\] is an instance of the class X/ });
});

t.test("what has no JSON form is an error with its path", async (t) => {
	const table: [string, string, RegExp][] = [
		["{'items': [1, {'price': float('nan')}]}", "ValueError", /^result\.items\[1\]\.price is NaN/],
		["[float('inf'), 1]", "ValueError", /^result\[0\] is Infinity/],
		["{'a': -float('inf')}", "ValueError", /^result\.a is -Infinity/],
		["from decimal import Decimal\n[Decimal('NaN')]", "ValueError", /^result\[0\] is NaN/],
		["{'a': {1, 2}}", "TypeError", /^result\.a is a set.*sorted/],
		["[frozenset()]", "TypeError", /^result\[0\] is a frozenset/],
		["b'x'", "TypeError", /^result is a bytes object; decode/],
		["[bytearray(), 1]", "TypeError", /^result\[0\] is a bytearray/],
		["{'f': len, 'g': 1}", "TypeError", /^result\.f is a function/],
		["[lambda: 1]", "TypeError", /^result\[0\] is a function/],
		["[int]", "TypeError", /^result\[0\] is a class \(int\)/],
		["class C: pass\n{'a b': C()}", "TypeError", /^result\["a b"\] is an instance of the class C/],
		["(x for x in [])", "TypeError", /^result is a generator; use list/],
		["{}.keys()", "TypeError", /^result is a dict_keys; use list/],
		["range(3)", "TypeError", /^result is a range; use list/],
		["import sys\n[sys]", "TypeError", /^result\[0\] is a module/],
		["async def f(): pass\nf()", "TypeError", /^result is a coroutine that was never awaited/],
		["1j", "TypeError", /complex/],
		["x = []\nx.append(x)\nx", "ValueError", /^result\[0\] contains itself/],
		["x = {}\nx['me'] = [x]\nx", "ValueError", /^result\.me\[0\] contains itself/],
		["['\\ud800']", "ValueError", /^result\[0\] is text with a lone surrogate/],
		["{'a': {'\\udfff': 1}}", "ValueError", /^result\.a.* lone surrogate/],
		["{'a': {(1, 2): 3}}", "TypeError", /^result\.a has a key that is/],
		["{True: 1}", "TypeError", /^result has a key/],
		["{1.5: 1}", "TypeError", /^result has a key/],
		["{None: 1}", "TypeError", /^result has a key/],
		["{1: 'a', '1': 'b'}", "ValueError", /^result has two keys that are both "1"/],
		["{'1': 'a', 1: 'b'}", "ValueError", /^result has two keys that are both "1"/],
		["{'a': 10 ** 5000}", "ValueError", /^result\.a is an integer with too many digits/],
		[
			"from dataclasses import *\n@dataclass\nclass P:\n    x: object\n[P({1})]",
			"TypeError",
			/^result\[0\]\.x is a set/,
		],
		[
			"class M:\n    def model_dump(self): 1/0\n[M()]",
			"ValueError",
			/^result\[0\] could not be read: ZeroDivisionError/,
		],
		["class M:\n    def model_dump(self): return self\n[M()]", "ValueError", /^result\[0\] contains itself/],
	];
	for (const [code, type, message] of table) t.match((await run(code)).error, { type, message }, code);
});

t.test("values nested deeper than the limit are refused, at it they pass", async (t) => {
	const nested = (depth: number) => `x = 1\nfor _ in range(${depth}): x = [x]\nx`;
	t.equal((await run(nested(200))).ok, true);
	t.match((await run(nested(201))).error, { type: "ValueError", message: /nested deeper than 200 levels/ });
	t.match((await run(nested(100_000))).error, { type: "ValueError", message: /nested deeper/ });
	t.match((await run(nested(3), { depth: 2 })).error, { message: /deeper than 2 levels/ });
});

t.test("a long path is cut in its middle", async (t) => {
	const ran = await run("x = {1}\nfor _ in range(150): x = {'name': x}\nx");
	t.ok(ran.error.message.length < 450);
	t.match(ran.error.message, /^result\.name.*….*is a set/);
});

t.test("a result of many chunks arrives whole", async (t) => {
	const ran = await run("[{'id': i, 'name': f'n{i}'} for i in range(60000)]", { limit: 8_000_000 });
	t.equal(ran.value.length, 60000);
	t.same(ran.value[59999], { id: 59999, name: "n59999" });
});
