// Adds numbers up for a while.
// outcome: ok
// result: "@SUM@"
let total = 0;
for (let step = 0; step < 20; step++) {
	for (let number = step; number <= Number("@N@"); number += 20) total += number;
	await Bun.sleep(10);
}
export default String(total);
