/** The bytes that scripts/embed.ts packs; the import gives their path inside the executable. */
declare module "*.bin" {
	const path: string;
	export default path;
}
declare module "*.txt" {
	const text: string;
	export default text;
}
/** Set by scripts/build. */
declare const BRIG_COMMIT: string;
declare module "*.sql" {
	const text: string;
	export default text;
}
declare module "*.py" {
	const text: string;
	export default text;
}
