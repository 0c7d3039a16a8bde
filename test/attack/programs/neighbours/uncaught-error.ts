// Wants the source of a function out of an error that nobody catches.
// outcome: error FunctionError
const functions = (await import("functions" as string)) as { spy: { fail(input: object): Promise<unknown> } };
export default await functions.spy.fail({});
