/**
 * `anyOf` and `oneOf`, with one sentence for the reader instead of the faults of every alternative.
 * @module
 */

import { wrongType } from "./assertions.ts";
import { type Check, type Fault, type Node, pointer, type Run } from "./run.ts";
import { oneLine } from "./text.ts";

/** Fits when at least one alternative does. */
export function alternatives(nodes: readonly Node[]): Check {
	return (value, run) => {
		const failed: Fault[][] = [];
		for (const node of nodes) {
			const faults = run.faultsOf(node, value);
			if (faults.length === 0) return;
			if (failed.length < 100) failed.push(faults);
		}
		explain(failed, nodes.length, value, run);
	};
}

/** Fits when exactly one alternative does. */
export function exactlyOne(nodes: readonly Node[]): Check {
	const any = alternatives(nodes);
	return (value, run) => {
		const fitting: number[] = [];
		for (const [index, node] of nodes.entries()) {
			if (run.fits(node, value)) fitting.push(index + 1);
			if (fitting.length === 2) {
				run.fault(`must fit one alternative only; it fits numbers ${fitting.join(" and ")}`);
				return;
			}
		}
		if (fitting.length === 0) any(value, run);
	};
}

function explain(failed: readonly Fault[][], alternativeCount: number, value: unknown, run: Run): void {
	const here = pointer(run.path);
	const typesHere = (faults: Fault[]) => faults.find((fault) => fault.types && fault.path === here)?.types;
	const ofRightType = failed.filter((faults) => !typesHere(faults));
	if (ofRightType.length === 0) {
		const types = [...new Set(failed.flatMap((faults) => typesHere(faults) ?? []))];
		run.fault(wrongType(types, value), undefined, types);
		return;
	}
	// Only one alternative is of the value's type: it is the one that was meant.
	if (ofRightType.length === 1 && !run.full) {
		run.faults.push(...(ofRightType[0] as Fault[]).slice(0, 5));
		return;
	}
	const reasons = ofRightType.slice(0, 3).map(([first]) => {
		const inside = first && first.path !== here ? `${first.path.slice(here.length)} ` : "";
		return oneLine(`${inside}${first?.message ?? ""}`, 120);
	});
	run.fault(`fits none of the ${alternativeCount} alternatives: ${reasons.join("; ")}`);
}
