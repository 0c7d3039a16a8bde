// Wants an answer without an end.
// outcome: error
const endless: unknown[] = [];
endless.push({ endless });
export default endless;
