// Wants keys that mean something to JavaScript.
// outcome: ok | error
export default JSON.parse('{"__proto__":{"polluted":true},"constructor":1,"then":1}');
