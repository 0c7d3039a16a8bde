// Adds numbers up and is done.
// outcome: ok
// result: "@SUM@"
let sum = 0;
for (let number = 1; number <= Number("@N@"); number++) sum += number;
export default String(sum);
