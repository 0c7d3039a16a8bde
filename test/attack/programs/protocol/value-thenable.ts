// Wants the runner to wait for ever.
// outcome: ok | error | timeout
// timeout_ms: 3000
export default { then() {} };
