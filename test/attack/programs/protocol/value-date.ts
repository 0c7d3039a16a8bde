// Wants a date to survive.
// outcome: ok
// result: "2026-01-02T00:00:00.000Z"
export default new Date("2026-01-02");
