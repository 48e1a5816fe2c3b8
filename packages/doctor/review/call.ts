import type { ScriptCommand, Word } from './script.ts';

/** A command with its flags read. */
export interface Call {
	command: ScriptCommand;
	/** `az acr create`: the program without its folder, and its plain words up to the first flag of its own. */
	name: string;
	/** The flags in the order of the script, each with the word behind it. */
	flags: { name: string; value: Word | undefined }[];
}

/** Flags of whole programs that stand before or between their commands, each with a value: `kubectl -n shop create secret`. */
const programFlags = new Set(
	`-n --namespace --context --cluster --user --kubeconfig -s --server --kube-context --registry-config
	 --config -H --host -l --log-level --subscription --request-timeout`.split(/\s+/),
);

/** Reads the flags of a command: `--name value`, `--name=value`, `-n value`. */
export function callOf(command: ScriptCommand): Call {
	const { words } = command;
	const flags = words.flatMap((word, index) => {
		const [, name, value] = /^(--?[A-Za-z][\w-]*)(?:=(.*))?$/s.exec(word.text) ?? [];
		if (name === undefined) return [];
		const next = words[index + 1];
		const isFlag = next === undefined || /^--?[A-Za-z]/.test(next.text);
		return [{ name, value: value === undefined ? (isFlag ? undefined : next) : { ...word, text: value } }];
	});
	return { command, name: nameOf(words), flags };
}

function nameOf([program, ...rest]: Word[]): string {
	const names = [programOf(program?.text ?? '')];
	for (let index = 0; index < rest.length; index += 1) {
		const text = rest[index]?.text ?? '';
		if (programFlags.has(text)) index += 1;
		else if (text.startsWith('-') && !text.includes('=')) break;
		else if (!text.startsWith('-') && (names.length > 1 || !text.startsWith('$'))) names.push(text);
	}
	return names.join(' ');
}

/**
 * Without folder, without the `@` of a Makefile, and without the platform in its name: `./bin/cosign-linux-amd64`. A flag, as
 * a line of a help text begins with, is no program.
 */
function programOf(text: string): string {
	if (text.startsWith('--')) return '';
	// `"${KUBECTL}"`, `$(DOCKER)`: the name of a program, as long as nobody says otherwise.
	const variable = /^@?\$[{(]?(\w+)[)}]?$/.exec(text)?.[1];
	if (variable !== undefined) return variable.toLowerCase();
	return (text.split('/').at(-1) ?? '')
		.replace(/^[@+-]+/, '')
		.replace(/-(linux|darwin|windows)-\w+$|\.exe$|\.cmd$/, '');
}

/** The last value of a flag, by any of its names. */
export function valueOf({ flags }: Call, ...names: string[]): Word | undefined {
	return flags.findLast(({ name }) => names.includes(name))?.value;
}

/** The call is of this command, or of one below it. */
export function is({ name }: Call, command: string): boolean {
	return name === command || name.startsWith(`${command} `);
}

/** Some word of the call takes the variable's value. */
export function takes({ command }: Call, variable: string): boolean {
	return command.words.some((word) => mentions(word, variable));
}

/** The word has the variable in it, as `$NAME` or `${NAME…}`. */
export function mentions({ text }: Word, variable: string): boolean {
	return new RegExp(`\\$\\{?${variable}\\b`).test(text);
}
