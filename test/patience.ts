/**
 * How much longer everything may take than on a machine of its own: `BRIG_TEST_PATIENCE=10` under software emulation,
 * where absolute times mean nothing and outcomes do.
 * @module
 */
export const PATIENCE = Math.max(1, Number(process.env.BRIG_TEST_PATIENCE) || 1);
