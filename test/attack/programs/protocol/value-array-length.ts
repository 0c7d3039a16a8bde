// Wants a list of four billion holes.
// outcome: error
// timeout_ms: 3000
export default new Array(4_294_967_295);
