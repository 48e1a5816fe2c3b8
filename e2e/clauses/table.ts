import { stripVTControlCharacters } from 'node:util';

/** A requirement that raw requests have found to hold. */
export interface RawClause {
	section: string;
	level: string;
	requirement: string;
}

/** What came of one requirement with one library. */
export interface LibraryCell {
	requirement: string;
	library: string;
	/** `cannot`: the library has no way to ask. */
	verdict: 'holds' | 'fails' | 'cannot';
	words?: string;
}

/** Reads the lines that `npm run clauses` prints. */
export function parseRawClauses(text: string): RawClause[] {
	// The runner colours the first line.
	return stripVTControlCharacters(text)
		.split('\n')
		.flatMap((line) => {
			const [, section, level, requirement] = line.match(/^(\S.*?) {2,}(MUST|SHOULD|MAY) +(\S.*)$/) ?? [];
			return section !== undefined && level !== undefined && requirement !== undefined
				? [{ section, level, requirement }]
				: [];
		});
}

/** Reads what the program of the libraries prints. */
export function parseLibraryCells(json: unknown): LibraryCell[] {
	if (!Array.isArray(json)) throw new Error('it is no list of cells');
	return json.map((one: unknown) => {
		const { requirement, library, verdict, words } = Object(one);
		const isVerdict = verdict === 'holds' || verdict === 'fails' || verdict === 'cannot';
		if (typeof requirement !== 'string' || typeof library !== 'string' || !isVerdict)
			throw new Error(`no cell: ${JSON.stringify(one)}`);
		return { requirement, library, verdict, ...(typeof words === 'string' && { words }) };
	});
}

/** Requirement by requirement: raw requests, then each library. */
export function clauseTable(raw: RawClause[], cells: LibraryCell[]): string {
	const libraries = [...new Set(cells.map(({ library }) => library))];
	const line = (...[requirement, ...rest]: string[]) =>
		`  ${(requirement ?? '').padEnd(96)}${rest.map((cell) => cell.padEnd(22)).join('')}`.trimEnd();
	let section = '';
	const lines = raw.flatMap((clause) => {
		const found = libraries.map((library) => verdictOf(cells, clause.requirement, library));
		const head = clause.section === section ? [] : [`  ${clause.section}`];
		({ section } = clause);
		return [...head, line(`  ${clause.level.padEnd(7)}${clause.requirement}`, 'holds', ...found)];
	});
	const count = (verdict: string) => cells.filter((cell) => cell.verdict === verdict).length;
	const byBoth = raw.filter(({ requirement }) =>
		libraries.every((library) => verdictOf(cells, requirement, library) === 'holds'),
	).length;
	const byNone = raw.filter(({ requirement }) =>
		libraries.every((library) => verdictOf(cells, requirement, library) === 'raw only'),
	).length;
	const sum = `  ${raw.length} requirements, ${byBoth} by all libraries, ${byNone} by raw requests only; ${count('fails')} cells fail`;
	return [line('', 'raw requests', ...libraries), ...lines, sum].join('\n');
}

function verdictOf(cells: LibraryCell[], requirement: string, library: string): string {
	const cell = cells.find((one) => one.requirement === requirement && one.library === library);
	if (cell === undefined) return 'MISSING';
	if (cell.verdict === 'cannot') return 'raw only';
	return cell.verdict === 'holds' ? 'holds' : 'FAILS';
}
