import type { Argument, Command, Option } from 'commander';

import { listOf } from '../flags.ts';
import { type NameKind, nameKindOfFlag, nameKindsOfArguments } from './name-kinds.data.ts';

/** What a shell asks at the end of a command line: names of a kind, those that go on with what is typed. */
export interface Asked {
	kind: NameKind;
	/** What is typed of the name. */
	typed: string;
	/** What stands before it in the same word (`shop,` of `-n shop,we`), and which names it has already. */
	before: string;
	/** The flags of the line, by commander's names: they say where to look. */
	flags: Record<string, string>;
}

/** Reads the words behind `lanyard`, the last of which is unfinished; undefined where no name is asked for. */
export function askedAt(program: Command, words: readonly string[]): Asked | undefined {
	const place = placeAt(program, words.slice(0, -1));
	const last = words.at(-1) ?? '';
	const glued = /^(--[^=]+)=(.*)$/.exec(last);
	if (glued && !place.awaiting && !place.isOver) {
		const [, flag = '', value = ''] = glued;
		return askedOf(place, { slot: optionOf(place.command, flag), word: value });
	}
	const slot = place.awaiting ?? (last.startsWith('-') ? undefined : argumentAt(place));
	return askedOf(place, { slot, word: last });
}

/** Where in a command line we are, after these words. */
interface Place {
	command: Command;
	/** As it is typed: `secret show`. */
	path: string;
	/** How many arguments are there. */
	count: number;
	awaiting: Option | undefined;
	/** Behind `--` is somebody else's command line. */
	isOver: boolean;
	flags: Record<string, string>;
}

function placeAt(program: Command, words: readonly string[]): Place {
	const start: Place = { command: program, path: '', count: 0, awaiting: undefined, isOver: false, flags: {} };
	return words.reduce<Place>((place, word) => after(place, word), start);
}

function after(place: Place, word: string): Place {
	if (place.isOver) return place;
	if (place.awaiting) return { ...place, awaiting: undefined, flags: withFlag(place, place.awaiting, word) };
	if (word === '--') return { ...place, isOver: true };
	if (word.startsWith('-')) return afterFlag(place, word);
	const command = place.command.commands.find((one) => one.name() === word);
	if (!command) return { ...place, count: place.count + 1 };
	return { ...place, command, path: `${place.path} ${word}`.trim(), count: 0 };
}

function afterFlag(place: Place, word: string): Place {
	const [, name = word, value] = /^(--[^=]+)=(.*)$/.exec(word) ?? /^(-[a-z])(.+)$/.exec(word) ?? [];
	const option = optionOf(place.command, name);
	if (!option || option.isBoolean() || !(option.required || option.optional)) return place;
	return value === undefined ? { ...place, awaiting: option } : { ...place, flags: withFlag(place, option, value) };
}

const optionOf = ({ options }: Command, name: string) =>
	options.find(({ long, short }) => long === name || short === name);

const withFlag = ({ flags }: Place, option: Option, value: string) => ({ ...flags, [option.attributeName()]: value });

function argumentAt({ command, count, isOver }: Place): Argument | undefined {
	if (isOver) return undefined;
	const { registeredArguments: all } = command;
	const last = all.at(-1);
	return all[count] ?? (last?.variadic === true ? last : undefined);
}

function askedOf(
	{ path, count, flags }: Place,
	{ slot, word }: { slot: Option | Argument | undefined; word: string },
): Asked | undefined {
	if (!slot) return undefined;
	const kinds = nameKindsOfArguments[path];
	const kind = 'long' in slot ? nameKindOfFlag[slot.long ?? ''] : (kinds?.[count] ?? kinds?.at(-1));
	if (!kind) return undefined;
	const isList = 'long' in slot && slot.parseArg === listOf;
	const at = isList ? word.lastIndexOf(',') + 1 : 0;
	return { kind, typed: word.slice(at), before: word.slice(0, at), flags: { ...inOwnWorld(path), ...flags } };
}

/** The commands of the sandbox name a world by `--name`, and have one when that is left out. */
const inOwnWorld = (path: string) => (path.startsWith('sandbox ') ? { name: 'default' } : {});
