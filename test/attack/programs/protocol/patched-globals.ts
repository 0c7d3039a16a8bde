// Wants the runner to lie: replaces what every program shares.
// outcome: ok | error | killed | timeout
// timeout_ms: 3000
const lie = () => "forged";
JSON.stringify = lie as typeof JSON.stringify;
Object.assign(Object.prototype, { toJSON: lie });
Object.assign(Array.prototype, { map: lie, push: lie });
Promise.prototype.then = lie as never;
export default { a: 1 };
