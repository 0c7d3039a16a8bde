// Wants a number that JSON does not have.
// outcome: error
export default { a: [1, Number.POSITIVE_INFINITY] };
