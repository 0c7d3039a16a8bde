/**
 * What a function declares beside its code: limits, secrets, hosts, tags. Checked before anything is stored.
 * @module
 */
import { BrigError } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import type { OwnLimits } from "../store/versions.ts";
import { isObject } from "./types.ts";

/** The least that still lets a sandbox start. */
const LEAST: Required<OwnLimits> = {
	wall_ms: 10,
	cpu: 0.1,
	memory_mb: 64,
	processes: 8,
	scratch_mb: 1,
	output_bytes: 0,
};
const NAMES = Object.keys(LEAST) as (keyof OwnLimits)[];
const MOST_SECRETS = 50;

/** The limits in the order of the table. Throws invalid_field, limit_exceeded. */
export function checkLimits(value: unknown): OwnLimits {
	if (!isObject(value)) throw fault("/limits", "must be an object");
	const unknown = Object.keys(value).find((name) => !NAMES.includes(name as keyof OwnLimits));
	if (unknown !== undefined)
		throw fault(
			"/limits",
			`has the unknown field ${JSON.stringify(unknown.slice(0, 40))}; known: ${NAMES.join(", ")}`,
		);
	const limits: OwnLimits = {};
	for (const name of NAMES) {
		const asked = value[name];
		if (asked === undefined) continue;
		const whole = name !== "cpu";
		if (
			typeof asked !== "number" ||
			!Number.isFinite(asked) ||
			(whole && !Number.isInteger(asked)) ||
			asked < LEAST[name]
		) {
			throw fault(
				`/limits/${name}`,
				`must be ${whole ? "an integer" : "a number"} of at least ${LEAST[name]}`,
			);
		}
		if (asked > LIMITS[name].maximum) {
			throw new BrigError(
				"limit_exceeded",
				`limits.${name} is ${asked}; the maximum is ${LIMITS[name].maximum}.`,
			);
		}
		limits[name] = asked;
	}
	return limits;
}

/** Names of secrets, each once, in their order. Throws invalid_field and what `checkName` throws. */
export function checkEnv(value: unknown, checkName: (name: string) => void): string[] {
	if (
		!Array.isArray(value) ||
		value.length > MOST_SECRETS ||
		value.some((name) => typeof name !== "string")
	) {
		throw fault("/env", `must be a list of at most ${MOST_SECRETS} names of secrets`);
	}
	for (const name of value) checkName(name);
	return [...new Set<string>(value)];
}

function fault(path: string, message: string): BrigError {
	return new BrigError("invalid_field", `${path}: ${message}.`, { faults: [{ path, message }] });
}
