// Wants half a character in the answer.
// outcome: error
export default ["\ud800", "\udfff\ud800"];
