import { type ParseResult, parseSync } from 'oxc-parser';
import { collectUses } from './source-uses.ts';
import type { TrackedFile } from './tracked-files.ts';

/** One import or re-export. `names` has `*` for a whole module and `default` for its default export. */
export interface Import {
	from: string;
	/** The names that are left when types are stripped; those of the types where nothing is left. */
	names: string[];
	/** What a whole module or its default export is called here: the way to see what it is used for. */
	calledHere: string[];
	/** Nothing of it is left when types are stripped. */
	isType: boolean;
	/** Asked for in the middle of code, when it is needed. */
	isLater?: true;
	line: number;
}

/** A global, or a member of a global or of an imported module: `fetch`, `Date.now`, `new Date()`, `net.connect`. */
export interface Use {
	name: string;
	line: number;
}

/** What the gates ask about a file of code. */
export interface SourceFile {
	path: string;
	imports: Import[];
	uses: Use[];
}

type Module = ParseResult['module'];
type LineAt = (offset: number) => number;

/** Reads a file of code; throws when it cannot be parsed, for then no gate could speak about it. */
export function parseSourceFile({ path, text }: TrackedFile): SourceFile {
	const { program, module, errors } = parseSync(path, text);
	if (errors[0]) throw new Error(`${path} cannot be parsed: ${errors[0].message}`);
	const lineAt: LineAt = (offset) => text.slice(0, offset).split('\n').length;

	const { uses, imports } = collectUses(program);
	return {
		path,
		imports: [
			...staticImports(module, lineAt),
			...reExports(module, lineAt),
			...imports.map(({ from, isType, offset }) => {
				return { from, names: ['*'], calledHere: [], isType, isLater: true as const, line: lineAt(offset) };
			}),
		],
		uses: uses.map(({ name, offset }) => ({ name, line: lineAt(offset) })),
	};
}

function staticImports({ staticImports: found }: Module, lineAt: LineAt): Import[] {
	return found.map(({ moduleRequest, entries, start }) => {
		const isType = entries.length > 0 && entries.every((entry) => entry.isType);
		const left = entries.filter((entry) => isType || !entry.isType);
		const nameOf = ({ importName }: (typeof entries)[number]) =>
			importName.name ?? (importName.start === null ? '*' : 'default');
		return {
			from: moduleRequest.value,
			names: left.map(nameOf),
			calledHere: left.filter(({ importName }) => importName.name === null).map(({ localName }) => localName.value),
			isType,
			line: lineAt(start),
		};
	});
}

function reExports({ staticExports }: Module, lineAt: LineAt): Import[] {
	return staticExports.flatMap(({ start, entries }) =>
		entries.flatMap(({ moduleRequest, importName, isType }) => {
			if (!moduleRequest) return [];
			const names = [importName.name ?? '*'];
			return [{ from: moduleRequest.value, names, calledHere: [], isType, line: lineAt(start) }];
		}),
	);
}
