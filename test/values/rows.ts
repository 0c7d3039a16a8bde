/**
 * The mapping of values, row by row: what a value of one language is as JSON, and what each language receives.
 * @module
 */

export interface Row {
	/** An expression of the sending language. */
	from: string;
	/** Its JSON text; absent when it has none. */
	json?: string;
	/** How Python shows what it receives: type and repr. */
	python?: string;
	/** How TypeScript shows what it receives: typeof and JSON. */
	typescript?: string;
	/** What the error says after the path, when it has no JSON form. */
	error?: RegExp;
	/** Where the error is, below the value itself. */
	path?: string;
}

/** The same on every side. */
const plain = (from: string, json: string, python: string, typescript: string): Row => ({
	from,
	json,
	python,
	typescript,
});
const refused = (from: string, error: RegExp, path = ""): Row => ({ from, error, path });
const text = (from: string, value: string): Row => {
	const json = JSON.stringify(value);
	return plain(from, json, `str '${value}'`, `string ${json}`);
};
const large = (from: string, digits: string): Row =>
	plain(from, digits, `int ${digits}`, `string "${digits}"`);
const DIGITS = "12345678901234567890123";

export const PYTHON_SETUP = `
import collections, dataclasses, datetime, decimal, enum, fractions, pathlib, uuid
from typing import ClassVar
utc = datetime.timezone.utc
@dataclasses.dataclass
class Point:
    x: int
    y: tuple = (1,)
    kind: ClassVar[int] = 9
class Colour(enum.Enum):
    RED = "red"
class Size(enum.IntEnum):
    BIG = 3
class Model:
    def __init__(self, **fields): self.fields = fields
    def model_dump(self): return self.fields
class Plain: pass
Pair = collections.namedtuple("Pair", "a b")
def cycle():
    one = {}
    one["me"] = [one]
    return one
def deep(levels):
    one = 1
    for _ in range(levels): one = [one]
    return one
`;

export const PYTHON: Row[] = [
	plain("None", "null", "NoneType None", "object null"),
	plain("True", "true", "bool True", "boolean true"),
	plain("-7", "-7", "int -7", "number -7"),
	plain("2**53 - 1", "9007199254740991", "int 9007199254740991", "number 9007199254740991"),
	large("2**53", "9007199254740992"),
	large("-(2**53) - 1", "-9007199254740993"),
	large(DIGITS, DIGITS),
	plain("1.5", "1.5", "float 1.5", "number 1.5"),
	plain("1.0", "1.0", "float 1.0", "number 1"),
	plain("-0.0", "-0.0", "float -0.0", "number -0"),
	plain("1e300", "1e+300", "float 1e+300", "number 1e+300"),
	plain("5e-324", "5e-324", "float 5e-324", "number 5e-324"),
	text("'é 名 🔑'", "é 名 🔑"),
	plain(`'\\u2028\\x00"'`, `"\u2028\\u0000\\""`, `str '\\u2028\\x00"'`, `string "\u2028\\u0000\\""`),
	text("datetime.datetime(2024, 1, 2, 3, 4, 5, 678, utc)", "2024-01-02T03:04:05.000678+00:00"),
	text("datetime.datetime(2024, 1, 2, 3, 4)", "2024-01-02T03:04:00"),
	text("datetime.date(2024, 1, 2)", "2024-01-02"),
	text("datetime.time(3, 4)", "03:04:00"),
	text("decimal.Decimal('10.50')", "10.50"),
	text("decimal.Decimal('1E+3')", "1E+3"),
	text("Colour.RED", "red"),
	plain("Size.BIG", "3", "int 3", "number 3"),
	plain("(1, (2,))", "[1,[2]]", "list [1, [2]]", "object [1,[2]]"),
	plain("Pair(1, 2)", "[1,2]", "list [1, 2]", "object [1,2]"),
	plain("{1: 'a', -2: 'b'}", '{"1":"a","-2":"b"}', "dict {'1': 'a', '-2': 'b'}", 'object {"1":"a","-2":"b"}'),
	plain("collections.OrderedDict(a=1)", '{"a":1}', "dict {'a': 1}", 'object {"a":1}'),
	plain("Point(1)", '{"x":1,"y":[1]}', "dict {'x': 1, 'y': [1]}", 'object {"x":1,"y":[1]}'),
	plain("Model(a=(1, 2))", '{"a":[1,2]}', "dict {'a': [1, 2]}", 'object {"a":[1,2]}'),
	plain("deep(198)", `${"[".repeat(198)}1${"]".repeat(198)}`, "", ""),
	refused("float('nan')", /^is NaN, which JSON can't hold/),
	refused("{'a': [0, float('inf')]}", /^is Infinity/, ".a[1]"),
	refused("{'a b': -float('inf')}", /^is -Infinity/, '["a b"]'),
	refused("decimal.Decimal('NaN')", /^is NaN/),
	refused("{1, 2}", /^is a set.*sorted/),
	refused("[frozenset()]", /^is a frozenset/, "[0]"),
	refused("b'x'", /^is a bytes object; decode/),
	refused("bytearray(1)", /^is a bytearray object/),
	refused("1j", /^is a complex number/),
	refused("Plain()", /^is an instance of the class Plain/),
	refused("datetime.timedelta(1)", /^is an instance of the class timedelta/),
	refused("uuid.UUID(int=1)", /^is an instance of the class UUID; use .*str/),
	refused("pathlib.PurePath('a')", /^is an instance of the class Pure/),
	refused("fractions.Fraction(1, 3)", /^is an instance of the class Fraction/),
	refused("len", /^is a function/),
	refused("(x for x in [])", /^is a generator; use list/),
	refused("range(3)", /^is a range; use list/),
	refused("{(1, 2): 3}", /^has a key that is/),
	refused("{'a': {1.5: 3}}", /^has a key that is/, ".a"),
	refused("{1: 'a', '1': 'b'}", /^has two keys that are both "1"/),
	refused("cycle()", /^contains itself/, ".me[0]"),
	refused("['\\ud800']", /^is text with a lone surrogate/, "[0]"),
	refused("Model(a={1})", /^is a set/, ".a"),
	refused("10**5000", /^is an integer with too many digits/),
];

export const TYPESCRIPT_SETUP = `
class Plain { x = 1 }
class Told { toJSON() { return { told: true } } }
const cycle = () => { const one: any = {}; one.me = [one]; return one; };
const deep = (levels: number) => { let one: any = 1; for (let n = 0; n < levels; n++) one = [one]; return one; };
`;

export const TYPESCRIPT: Row[] = [
	plain("null", "null", "NoneType None", "object null"),
	plain("true", "true", "bool True", "boolean true"),
	plain("-7", "-7", "int -7", "number -7"),
	plain("2 ** 53 - 1", "9007199254740991", "int 9007199254740991", "number 9007199254740991"),
	large("2 ** 53", "9007199254740992"),
	plain("5n", "5", "int 5", "number 5"),
	large(`${DIGITS}n`, DIGITS),
	plain("1.5", "1.5", "float 1.5", "number 1.5"),
	plain("1.0", "1", "int 1", "number 1"),
	plain("1e21", "1e+21", "float 1e+21", "number 1e+21"),
	text("'é 名 🔑'", "é 名 🔑"),
	text("new Date(0)", "1970-01-01T00:00:00.000Z"),
	text("new URL('https://example.com/a')", "https://example.com/a"),
	plain("{ a: undefined, b: 1 }", '{"b":1}', "dict {'b': 1}", 'object {"b":1}'),
	plain(
		"new Map([['a', 1], ['b', new Map()]])",
		'{"a":1,"b":{}}',
		"dict {'a': 1, 'b': {}}",
		'object {"a":1,"b":{}}',
	),
	plain("new Map([[1, 'a']])", '{"1":"a"}', "dict {'1': 'a'}", 'object {"1":"a"}'),
	plain("new Told()", '{"told":true}', "dict {'told': True}", 'object {"told":true}'),
	plain("Object.assign(Object.create(null), { a: 1 })", '{"a":1}', "dict {'a': 1}", 'object {"a":1}'),
	plain("deep(198)", `${"[".repeat(198)}1${"]".repeat(198)}`, "", ""),
	refused("undefined", /^is undefined; use null/),
	refused("{ a: [1, , 2] }", /^is undefined; use null/, ".a[1]"),
	refused("NaN", /^is NaN, which JSON can't hold/),
	refused("{ a: [0, -Infinity] }", /^is -Infinity/, ".a[1]"),
	refused("new Date(NaN)", /^is an invalid Date/),
	refused("new Set([1])", /^is a Set.*\[\.\.\.set\]/),
	refused("{ 'a b': new Uint8Array(1) }", /^is bytes \(Uint8Array\)/, '["a b"]'),
	refused("Buffer.from('x')", /^is bytes/),
	refused("new ArrayBuffer(1)", /^is bytes/),
	refused("new Plain()", /^is an instance of the class Plain/),
	refused("new Error('x')", /^is an error \(Error\)/),
	refused("/x/", /^is an instance of the class RegExp/),
	refused("() => 1", /^is a function/),
	refused("Plain", /^is a class/),
	refused("Symbol('x')", /^is a symbol/),
	refused("{ a: Promise.resolve(1) }", /^is a Promise that was never awaited/, ".a"),
	refused("[1].values()", /^is an iterator/),
	refused("new Map([[{}, 1]])", /^is a Map with a key that is a object|^is a Map with a key/),
	refused("new Map<any, any>([[1, 'a'], ['1', 'b']])", /^is a Map with two keys that are both "1"/),
	refused("cycle()", /^contains itself/, ".me[0]"),
	refused("{ a: ['\\ud800'] }", /^is text with a lone surrogate/, ".a[0]"),
	refused("{ '\\ud800': 1 }", /^has a key with a lone surrogate/, "*"),
];
