/**
 * Everything that needs the parser, in one lazily loaded part.
 * @module
 */
export { HostedFunction } from "./hosted.ts";
export { inspectSource } from "./inspect/inspect.ts";
export { runProgram } from "./program.ts";
export { warmUp } from "./warm-up.ts";
