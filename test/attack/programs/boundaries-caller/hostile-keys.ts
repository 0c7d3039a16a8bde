// Wants to break a function by the names of its arguments, in TypeScript.
// outcome: ok
// result: true
// @ts-expect-error: the module is there in a sandbox alone
import { echo } from "functions";

const names = ["constructor", "prototype", "self", "name", "cls", "args", "kwargs", "input", "context", "from", "class", "x-y", "", " ", "then", "toString", "valueOf", "hasOwnProperty", "é"];
const given = { ...Object.fromEntries(names.map((name) => [name, [name]])), ["__proto__"]: ["__proto__"] };
const text = (value: object) => JSON.stringify(Object.entries(value).sort());
const answer = (await echo.back_ts(given)) as Record<string, unknown>;
const clean = answer.polluted === null;
delete answer.polluted;
export default clean && text(await echo.back(given)) === text(given) && text(answer) === text(given);
