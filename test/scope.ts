/** A control group of its own where BRIG_TEST_SCOPE asks for it: systemd-run becomes what it starts, under the same id. */
export const SCOPE = process.env.BRIG_TEST_SCOPE
	? ["systemd-run", "--quiet", "--scope", "-p", "Delegate=cpu memory pids"]
	: [];
