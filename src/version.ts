import manifest from "../package.json" with { type: "json" };

/** The version of package.json and the commit that it was built from. */
export const VERSION = manifest.version;
export const COMMIT = typeof BRIG_COMMIT === "undefined" ? "source" : BRIG_COMMIT;
