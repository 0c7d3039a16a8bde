/** The Python that sandboxes run. @module */
import type { Check } from "./check.ts";
import { tryPython } from "./try-python.ts";

export const python: Check = { name: "python", run: (_context, signal) => tryPython(signal) };
