// Fails with an error of its own, from a promise.
// outcome: error RangeError
await Promise.reject(new RangeError("@N@"));
