/** The process that the tests start as a runner: what the executable does for `__runner`. */
import { runRunner } from "../../../../sandbox/typescript/main.ts";

await runRunner();
