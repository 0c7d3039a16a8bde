/**
 * Finds the command that the arguments name, runs it, and turns what it throws into a sentence and an exit code.
 * @module
 */
import { suggestion } from "../functions/suggest.ts";
import { quote } from "../functions/text.ts";
import { Misuse } from "./errors.ts";
import { print } from "./output.ts";
import { report } from "./report.ts";

/** A command that does something: what each of their files exports. */
export interface Command {
	help: string;
	/** The exit code. Throws for everything that goes wrong. */
	run(args: string[]): Promise<number>;
}

/** A command that only has commands below it; `usual` is the one that is meant when none is named. */
export interface Group {
	help: string;
	commands: Commands;
	usual?: string;
}

export type Commands = Record<string, () => Promise<Command | Group>>;

/** Runs the command below `path` that `args` name; the exit code. Throws nothing. */
export async function dispatch(group: Group, path: string[], args: string[]): Promise<number> {
	try {
		const [first] = args;
		if (first === undefined ? !group.usual : isHelp(first)) return printHelp(group.help);
		const usual = group.usual && (first === undefined || first.startsWith("-"));
		const [name, rest] = usual ? [group.usual as string, args] : [first as string, args.slice(1)];
		const load = Object.hasOwn(group.commands, name) ? group.commands[name] : undefined;
		if (!load) throw unknownCommand(group, path, name);
		const command = await load();
		const below = [...path, name];
		if ("commands" in command) return await dispatch(command, below, rest);
		if (asksForHelp(rest)) return printHelp(command.help);
		try {
			return await command.run(rest);
		} catch (error) {
			return report(error, below, rest.includes("--json"));
		}
	} catch (error) {
		return report(error, path);
	}
}

function unknownCommand(group: Group, path: string[], name: string): Misuse {
	const called = path.join(" ");
	const all = `\`${called} --help\` lists ${name.startsWith("-") ? "what there is" : "the commands"}.`;
	if (name.startsWith("-")) return new Misuse(`There is no option ${quote(name)} here.`, all);
	const close = suggestion(name, Object.keys(group.commands));
	return new Misuse(`There is no command ${quote(`${called} ${name}`)}.`, close ? `${close} ${all}` : all);
}

const isHelp = (word: string) => word === "--help" || word === "-h";

/** What follows `--` are names, not options. */
function asksForHelp(args: string[]): boolean {
	const end = args.indexOf("--");
	return (end < 0 ? args : args.slice(0, end)).some(isHelp);
}

function printHelp(help: string): number {
	print(help);
	return 0;
}
