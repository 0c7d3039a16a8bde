import t from "tap";
import { inspect } from "./harness.ts";

const heading = `
import datetime as dt, typing as t, typing, collections.abc, decimal, uuid, enum, dataclasses
from typing import *
from typing import Any, List as L, Optional, Union, Literal, Annotated, Sequence, Iterable, Dict, Mapping, Tuple, Set, FrozenSet, Callable, Required, NotRequired, TypedDict, NamedTuple, NewType, TypeAlias, Awaitable
from datetime import datetime, date, time
from decimal import Decimal
from uuid import UUID
from enum import Enum, IntEnum, StrEnum, auto
from dataclasses import dataclass, field
from pydantic import BaseModel, Field
`;

const read = async (annotation: string, before = "") => {
	const found = await inspect(`${heading}${before}\ndef get_orders(x: ${annotation}): pass`);
	if (!found.ok) throw new Error(JSON.stringify(found.error));
	return {
		schema: found.input_schema.properties.x,
		defs: found.input_schema.$defs,
		warnings: found.warnings,
	};
};

t.test("types without warning", async (t) => {
	const int = { type: "integer" };
	const str = { type: "string" };
	const table: [string, unknown][] = [
		["str", str],
		["int", int],
		["float", { type: "number" }],
		["bool", { type: "boolean" }],
		["None", { type: "null" }],
		["dict", { type: "object" }],
		["list", { type: "array" }],
		["tuple", { type: "array" }],
		["set", { type: "array" }],
		["frozenset[int]", { type: "array", items: int }],
		["Any", {}],
		["t.Any", {}],
		["object", {}],
		["Optional[int]", { anyOf: [int, { type: "null" }] }],
		["Union[int, str, None]", { anyOf: [int, str, { type: "null" }] }],
		["int | str", { anyOf: [int, str] }],
		["int | None", { anyOf: [int, { type: "null" }] }],
		["Union[int, int]", int],
		["Union[int, Any]", {}],
		["Optional[Union[int, str]]", { anyOf: [int, str, { type: "null" }] }],
		["Literal['a', 'b']", { type: "string", enum: ["a", "b"] }],
		["Literal[1, 'b', None]", { enum: [1, "b", null] }],
		["list[int]", { type: "array", items: int }],
		["List[int]", { type: "array", items: int }],
		["L[int]", { type: "array", items: int }],
		["typing.List[int]", { type: "array", items: int }],
		["Sequence[int]", { type: "array", items: int }],
		["collections.abc.Sequence[int]", { type: "array", items: int }],
		["Iterable[int]", { type: "array", items: int }],
		["list[list[str]]", { type: "array", items: { type: "array", items: str } }],
		["set[str]", { type: "array", items: str }],
		["tuple[int, ...]", { type: "array", items: int }],
		["tuple[int, str]", { type: "array", prefixItems: [int, str], minItems: 2, maxItems: 2 }],
		["tuple[()]", { type: "array", minItems: 0, maxItems: 0 }],
		["dict[str, int]", { type: "object", additionalProperties: int }],
		["Dict[str, Any]", { type: "object" }],
		["Mapping[str, list[int]]", { type: "object", additionalProperties: { type: "array", items: int } }],
		["Annotated[int, 'how many']", { type: "integer", description: "how many" }],
		["Annotated[int, Field(ge=1, description='how many')]", { type: "integer", description: "how many" }],
		["Annotated[int, 5]", int],
		["'int'", int],
		["'list[int]'", { type: "array", items: int }],
		["list['int']", { type: "array", items: int }],
	];
	for (const [annotation, schema] of table) {
		const found = await read(annotation);
		t.same(found.schema, schema, annotation);
		t.same(found.warnings, [], annotation);
	}
});

t.test("types that arrive in another form than they say come with a warning", async (t) => {
	const table: [string, unknown, RegExp][] = [
		["datetime", { type: "string", format: "date-time" }, /parameter 'x': a datetime arrives as text/],
		["dt.date", { type: "string", format: "date" }, /a date arrives as text/],
		["time", { type: "string", format: "time" }, /a time arrives as text/],
		["Decimal", { type: "string" }, /a Decimal arrives as text/],
		["uuid.UUID", { type: "string", format: "uuid" }, /a UUID arrives as text/],
		["bytes", {}, /parameter 'x' is bytes/],
		["Callable[[int], str]", {}, /parameter 'x': the type Callable\[\[int\], str\] is not known/],
		["Unheard", {}, /the type Unheard is not known/],
		["decimal.Context", {}, /decimal\.Context is not known/],
		["some.where.Thing[int]", {}, /some\.where\.Thing\[int\] is not known/],
		["5", {}, /the type 5 is not known/],
		["'not a type!'", {}, /not known/],
	];
	for (const [annotation, schema, warning] of table)
		t.match(await read(annotation), { schema, warnings: [warning] }, annotation);
});

t.test("output: the return annotation, null for None, nothing without one", async (t) => {
	const output = async (arrow: string) =>
		(await inspect(`${heading}\ndef get_orders()${arrow}: pass`)).output_schema;
	t.equal(await output(""), null);
	t.same(await output(" -> None"), { type: "null" });
	t.same(await output(" -> Awaitable[int]"), { type: "integer" });
	t.same(await output(" -> datetime"), { type: "string", format: "date-time" });
	t.same((await inspect(`${heading}\ndef get_orders() -> datetime: pass`)).warnings, []);
	t.match((await inspect("def get_orders() -> bytes: pass")).warnings, [/the return value is bytes/]);
});

t.test("TypedDict: total, Required, NotRequired, inheritance and the functional form", async (t) => {
	const object = (properties: object, required?: string[]) => ({
		Q: { type: "object", properties, ...(required ? { required } : {}) },
	});
	const s = { type: "string" };
	t.match(await read("Q", "class Q(TypedDict):\n    a: str\n    b: NotRequired[str]"), {
		schema: { $ref: "#/$defs/Q" },
		warnings: [],
	});
	t.same(
		(await read("Q", "class Q(TypedDict):\n    a: str\n    b: NotRequired[str]")).defs,
		object({ a: s, b: s }, ["a"]),
	);
	t.same(
		(await read("Q", "class Q(TypedDict, total=False):\n    a: Required[str]\n    b: str")).defs,
		object({ a: s, b: s }, ["a"]),
	);
	t.same((await read("Q", "class Q(TypedDict):\n    a: 'NotRequired[str]'")).defs, object({ a: s }));
	t.same(
		(await read("Q", "class P(TypedDict):\n    a: str\nclass Q(P, total=False):\n    b: str")).defs,
		object({ a: s, b: s }, ["a"]),
	);
	t.same(
		(await read("Q", "Q = TypedDict('Q', {'a': str, 'b-c': NotRequired[str]})")).defs,
		object({ a: s, "b-c": s }, ["a"]),
	);
});

t.test("dataclass and pydantic fields: defaults are optional, descriptions are kept", async (t) => {
	const data = await read(
		"Q",
		"@dataclass(frozen=True)\nclass Q:\n    a: int\n    b: int = 3\n    c: list[int] = field(default_factory=list)\n    d: int = field(default=4)\n    e: ClassVar[int] = 5\n    f: str = None",
	);
	t.same(data.defs.Q, {
		type: "object",
		properties: {
			a: { type: "integer" },
			b: { type: "integer", default: 3 },
			c: { type: "array", items: { type: "integer" } },
			d: { type: "integer", default: 4 },
			f: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
		},
		required: ["a"],
	});
	t.match(data.warnings, [/parameter 'x': Q arrives as a dict, not as an instance/]);
	const model = await read(
		"Q",
		"class Q(BaseModel):\n    a: int = Field(description='how many')\n    b: int = Field(2, ge=1)\n    c: int = Field(...)",
	);
	t.same(model.defs.Q, {
		type: "object",
		properties: {
			a: { type: "integer", description: "how many" },
			b: { type: "integer", default: 2 },
			c: { type: "integer" },
		},
		required: ["a", "c"],
	});
});

t.test("a NamedTuple is the list that it becomes in JSON", async (t) => {
	const found = await read("Q", "class Q(NamedTuple):\n    a: int\n    b: str = ''");
	t.same(found.defs.Q, {
		type: "array",
		prefixItems: [
			{ title: "a", type: "integer" },
			{ title: "b", type: "string" },
		],
		minItems: 1,
		maxItems: 2,
	});
});

t.test("an Enum is the choice of its values", async (t) => {
	t.same(
		(await read("Q", "class Q(Enum):\n    A = 'a'\n    B = 'b'\n    _ignore_ = []\n    def f(self): pass"))
			.defs.Q,
		{ type: "string", enum: ["a", "b"] },
	);
	t.same((await read("Q", "class Q(str, Enum):\n    A = 'a'")).defs.Q, { type: "string", enum: ["a"] });
	t.same((await read("Q", "class Q(IntEnum):\n    A = auto()\n    B = 5\n    C = auto()")).defs.Q, {
		type: "integer",
		enum: [1, 5, 6],
	});
	t.same((await read("Q", "class Q(StrEnum):\n    RED = auto()")).defs.Q, { type: "string", enum: ["red"] });
	t.match(await read("Q", "class Q(Enum):\n    A = object()"), {
		warnings: [/values of the Enum Q can't be read/, /arrives as its value/],
	});
	t.same((await read("Literal[Q.A]", "class Q(Enum):\n    A = 'a'")).schema, { type: "string", enum: ["a"] });
});

t.test("classes may refer to themselves and to each other, before they are defined too", async (t) => {
	const tree = await read("Node", "class Node(TypedDict):\n    value: int\n    children: list['Node']");
	t.same(tree.schema, { $ref: "#/$defs/Node" });
	t.same(tree.defs.Node.properties.children, { type: "array", items: { $ref: "#/$defs/Node" } });
	const late = await inspect(
		`from __future__ import annotations\n${heading}\ndef get_orders(a: A) -> B: pass\nclass A(TypedDict):\n    b: B | None\nclass B(TypedDict):\n    a: list[A]`,
	);
	t.same(Object.keys(late.input_schema.$defs).sort(), ["A", "B"]);
	t.same(Object.keys(late.output_schema.$defs).sort(), ["A", "B"]);
	const root = await inspect(
		`${heading}\nclass Node(TypedDict):\n    next: NotRequired['Node']\ndef get_orders(input: Node): pass`,
	);
	t.match(root.input_schema, {
		type: "object",
		properties: { next: { $ref: "#/$defs/Node" } },
		$defs: { Node: { type: "object" } },
	});
});

t.test("aliases: assigned, declared as TypeAlias, NewType", async (t) => {
	const ints = { type: "array", items: { type: "integer" } };
	t.same((await read("X", "X = list[int]")).schema, ints);
	t.same((await read("X", "X: TypeAlias = 'list[int]'")).schema, ints);
	t.same((await read("X", "X = NewType('X', int)")).schema, { type: "integer" });
	t.same((await read("list[X]", "X = Union[int, None]")).schema, {
		type: "array",
		items: { anyOf: [{ type: "integer" }, { type: "null" }] },
	});
});

t.test("a class's first paragraph and a parameter's own words describe it", async (t) => {
	const found = await inspect(
		`${heading}\nclass Q(TypedDict):\n    """One query.\n\n    More."""\n    a: int\ndef get_orders(x: Q, y: Annotated[int, 'annotated']):\n    """S.\n\n    Args:\n        x: The query.\n        y: From the docstring.\n    """`,
	);
	t.match(found.input_schema, {
		properties: { x: { $ref: "#/$defs/Q", description: "The query." }, y: { description: "annotated" } },
		$defs: { Q: { description: "One query." } },
	});
});
