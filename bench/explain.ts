/** `npm run bench:explain -- FILE`: how often `explain` names the cause of labelled reports (JSON lines) from their words. */
import { readFileSync } from 'node:fs';
import { problemWordings } from '@lanyard/core';
import { certain, explainWords, type Knows } from '@lanyard/doctor/words';

interface Labelled {
	id: string;
	message: string;
	context?: string;
	registry_kind?: string;
	runtime?: string;
	platform?: string;
	root_cause: string;
	also_accept?: string[];
	message_only?: boolean;
}

interface Scored {
	id: string;
	kind: string;
	decides: boolean;
	cause: string;
	named: string;
	confidence: number;
	strict: boolean;
	lenient: boolean;
	top3: boolean;
	candidates: string;
}

/** Told apart by nothing that a message without context holds: one counts as the other there. */
const alike = [
	['identity-lacks-pull-role', 'role-on-wrong-identity', 'role-propagation-delay'],
	['no-credentials-configured', 'secret-not-referenced', 'secret-missing-in-namespace', 'secret-wrong-server-host'],
];

function explain(one: Labelled, knows: Knows = () => true): ReturnType<typeof explainWords> {
	const { id, message, context, registry_kind: registryKind, runtime, platform } = one;
	const given = { context, registryKind, runtime, platform };
	const known = Object.fromEntries(Object.entries(given).filter(([, value]) => typeof value === 'string'));
	return explainWords({ id, message, ...known }, knows);
}

function scoreOne(one: Labelled, knows?: Knows): Scored {
	const { id, context, registry_kind: registryKind } = one;
	const { candidates } = explain(one, knows);
	const [first] = candidates;
	const hasContext = (context ?? '').trim() !== '';
	const same = hasContext ? [] : (alike.find((group) => group.includes(one.root_cause)) ?? []);
	const accepted = [one.root_cause, ...(one.also_accept ?? []), ...same];
	return {
		id,
		kind: registryKind ?? 'unknown',
		decides: one.message_only === true,
		cause: one.root_cause,
		named: first?.code ?? '(unknown)',
		confidence: first?.confidence ?? 0,
		strict: first?.code === one.root_cause,
		lenient: accepted.includes(first?.code ?? ''),
		top3: candidates.slice(0, 3).some(({ code }) => accepted.includes(code)),
		candidates: candidates
			.slice(0, 6)
			.map(({ code, confidence }) => `${code} ${confidence}`)
			.join(', '),
	};
}

function line(name: string, scored: Scored[]): string {
	const share = (of: (one: Scored) => boolean) => {
		const count = scored.filter(of).length;
		return `${count}`.padStart(4) + ` ${((100 * count) / Math.max(1, scored.length)).toFixed(0).padStart(3)} %`;
	};
	const cells = [share((one) => one.strict), share((one) => one.lenient), share((one) => one.top3)];
	return `  ${name.padEnd(28)}${String(scored.length).padStart(4)}  ${cells.join('   ')}`;
}

function report(scored: Scored[]): void {
	const sure = scored.filter(({ confidence }) => confidence >= certain);
	const right = (of: Scored[]) => of.filter(({ lenient }) => lenient).length;
	console.log(
		`  ${''.padEnd(28)}${'of'.padStart(4)}  ${'strict'.padStart(10)}   ${'lenient'.padStart(10)}   ${'top 3'.padStart(10)}`,
	);
	console.log(line('all', scored));
	console.log(
		line(
			'the message decides',
			scored.filter(({ decides }) => decides),
		),
	);
	console.log(
		line(
			'the message leaves it open',
			scored.filter(({ decides }) => !decides),
		),
	);
	console.log('');
	for (const [kind, ones] of [...Map.groupBy(scored, ({ kind: name }) => name)].toSorted(([one], [other]) =>
		one.localeCompare(other),
	))
		console.log(line(kind, ones));
	console.log(
		`\n  certain and right: ${sure.filter(({ strict }) => strict).length} of ${sure.length} strict, ${right(sure)} of ${sure.length} lenient`,
	);
	const wrong = scored.filter(({ strict }) => !strict);
	const confusions = [...Map.groupBy(wrong, ({ cause, named }) => `${cause} taken for ${named}`)];
	console.log(`\n  confusions (${wrong.length})`);
	for (const [what, ones] of confusions.toSorted((one, other) => other[1].length - one[1].length)) {
		console.log(`  ${String(ones.length).padStart(4)}  ${what}`);
	}
}

/** Each report that was not named, with what was. */
function misses(scored: Scored[]): void {
	for (const one of scored.filter(({ strict }) => !strict)) {
		const how = one.top3 ? (one.lenient ? 'accepted' : 'among three') : 'MISSED';
		console.log(`  ${one.id}  ${one.cause}: ${how}\n      ${one.candidates}`);
	}
}

const [file] = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));
if (file === undefined) {
	console.error('wanted: npm run bench:explain -- FILE [--cross-validate] [--misses]');
	process.exit(2);
}
/** The pieces of knowledge that are heard in a text. */
function piecesIn(hear: (knows: Knows) => unknown): Set<string> {
	const pieces = new Set<string>();
	hear((piece) => {
		pieces.add(piece);
		return true;
	});
	return pieces;
}

const folds = 10;

/**
 * Each report is read without the pieces of knowledge that were heard in no other fold and in none of the wordings that the
 * documents show: those may have been written for it. What was written from a source and is heard once is lost as well, so
 * this is less than what unseen reports get.
 */
function crossValidate(all: Labelled[]): Scored[] {
	const shown = Object.values(problemWordings).flat();
	const outside = shown.map(({ says }) => piecesIn((knows) => explainWords({ message: says }, knows)));
	const heard = all.map((one) => piecesIn((knows) => explain(one, knows)));
	return all.map((one, at) => {
		const others = heard.filter((_pieces, other) => other % folds !== at % folds);
		const known = new Set([...outside, ...others].flatMap((pieces) => [...pieces]));
		return scoreOne(one, (piece) => known.has(piece));
	});
}

const rows: Labelled[] = readFileSync(file, 'utf8')
	.trim()
	.split('\n')
	.map((text) => JSON.parse(text));
const scored = process.argv.includes('--cross-validate') ? crossValidate(rows) : rows.map((one) => scoreOne(one));
report(scored);
if (process.argv.includes('--misses')) misses(scored);
