// Wants a core for ever from one innocent line of TypeScript.
// outcome: timeout | ok
// timeout_ms: 1500
export default /^(a|a?)+$/.test(`${"a".repeat(40)}b`);
