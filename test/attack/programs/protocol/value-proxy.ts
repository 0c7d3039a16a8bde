// Wants an object with keys without an end.
// outcome: ok | error | timeout
// timeout_ms: 3000
export default new Proxy({}, { ownKeys: () => Array.from({ length: 1e6 }, (_, i) => `k${i}`) });
