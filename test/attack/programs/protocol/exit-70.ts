// Wants its exit to look like a fault of the runner's start.
// outcome: error SystemExit
process.exit(70);
