// Exits in the middle of its work.
// outcome: error SystemExit
process.exit(0);
