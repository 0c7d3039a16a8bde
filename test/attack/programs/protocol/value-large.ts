// Wants nine megabytes in the client's context.
// outcome: output_too_large OutputTooLarge
export default Array.from({ length: 1_000_000 }, (_, i) => `row ${i}`);
