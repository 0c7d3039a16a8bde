/**
 * Three things that tap expects of Node and Bun lacks. Loaded before every test (bunfig.toml).
 * @module
 */
import { DefaultSerializer } from "node:v8";

// @tapjs/error-serdes asks only for the length of the header that V8 writes: two bytes. Bun's class has a
// base whose constructor throws: it gets another base.
class HeaderSerializer {
	writeHeader() {}
	releaseBuffer() {
		return Buffer.from([0xff, 0x0f]);
	}
}
Object.setPrototypeOf(DefaultSerializer, HeaderSerializer);
Object.setPrototypeOf(DefaultSerializer.prototype, HeaderSerializer.prototype);

// @tapjs/stack recognises call sites by their constructor's name, which Bun leaves as Object.
const prepare = Error.prepareStackTrace;
Error.prepareStackTrace = (_error, sites) => sites;
const [site] = new Error().stack as unknown as object[];
Error.prepareStackTrace = prepare;
if (site) {
	Object.defineProperty(Object.getPrototypeOf(site), "constructor", { value: class CallSite {} });
}

// signal-exit and spawn wrappers read process.binding, of which Bun has only a part.
const host = process as unknown as { binding(name: string): unknown };
const binding = host.binding.bind(process);
host.binding = (name) => (name === "spawn_sync" ? { spawn: () => ({ status: 0 }) } : binding(name));
