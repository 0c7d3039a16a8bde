// Wants its exit to look like success without a result.
// outcome: error SystemExit
process.exit(0);
