// Wants a function as a result.
// outcome: error
export default { f: () => 1 };
