import type { Line, Why } from '../commands/sandbox/log-line.ts';
import type { Style } from '../terminal.ts';
import { withoutControlCharacters } from './control-characters.ts';
import { columns, labelled, wrap } from './layout.ts';

/** Two lines: who asked what; the decision and why. */
export function renderLine(told: Line, style: Style): string {
	const line = withoutControlCharacters(told);
	const head = [
		`#${line.number}`.padEnd(6),
		line.at.slice(11, 19),
		cut(whoOf(line), 27).padEnd(27),
		line.method.padEnd(6),
	].join(' ');
	const room = columns - head.length - 7;
	const first = `  ${head} ${cutFront(targetOf(line), room).padEnd(room)} ${line.status}`;
	if (!line.decision) return first;
	if (isQuestion(line))
		return [first, style.dim(`${' '.repeat(16)}– asked without credentials, and told where to sign in`)].join('\n');
	const [mark, colour] = line.decision.allowed ? ['✓', style.dim] : ['✗', style.red];
	const said = wrap(`${mark} ${line.decision.reason}`, columns - 18).map(
		(text, at) => `${at === 0 ? '' : '  '}${text}`,
	);
	return [first, ...said.map((text) => colour(`${' '.repeat(16)}${text}`))].join('\n');
}

/** Clients of registries ask once without a credential, to learn where they get one: no refusal that anybody has to mend. */
export function isQuestion({ status, shown, method, path }: Line): boolean {
	return status === 401 && shown?.kind === 'nothing' && method !== 'POST' && path.startsWith('/v2/');
}

/** One request in full, with what it rests on and what to do. */
export function renderWhy(name: string, told: Why, style: Style): string {
	const { request, before, groups, notes, remedy } = withoutControlCharacters(told);
	const { decision } = request;
	const [mark, colour] = decision?.allowed === false ? ['✗', style.red] : ['✓', style.green];
	const rows: [string, string][] = [
		['who', [personOf(request), `from ${request.machine} (${request.address})`].join(', ')],
		...optional('with', [request.command && `az ${request.command}`, request.client].filter(Boolean).join(', ')),
		['showed', shownOf(request, groups)],
		['asked', `${request.method} ${request.host}${request.path}`],
		...(decision ? [['', `that is ${decision.action} on ${decision.scope}`] satisfies [string, string]] : []),
	];
	const parts = [
		`sandbox "${name}" · request #${request.number} · ${request.at.slice(11, 19)} UTC · answered ${request.status}`,
		'',
		...wrap(`${mark} ${decision?.reason ?? undecided(request)}`, columns).map((text) => colour(text)),
		'',
		...rows.map((row) => labelled(...row, at)),
		...consideredLines('looked at', request, style),
		...before.flatMap((one) => beforeLines(one, style)),
		...notes.map((note, i) => labelled(i === 0 ? 'note' : '', note, at)),
		...(remedy ? ['', labelled('do', remedy.says, at), ...commandLines(remedy.command)] : []),
	];
	return parts.join('\n');
}

const at = { indent: 2, label: 11 };

function optional(label: string, text: string): [string, string][] {
	return text === '' ? [] : [[label, text]];
}

function commandLines(command: string | undefined): string[] {
	return command === undefined ? [] : [`${' '.repeat(15)}${command}`];
}

function undecided({ status }: Line): string {
	if (status === 404) return 'nothing was decided: there is no such thing here';
	return status < 400 ? 'nobody had to be asked' : 'no right was asked for: the request itself was not taken';
}

function consideredLines(label: string, { decision }: Line, style: Style): string[] {
	const considered = decision?.considered;
	if (!considered) return [];
	if (considered.length === 0) return [labelled(label, 'no role of it, here or anywhere', at)];
	return considered.flatMap(({ title, gives, because }, i) => [
		labelled(i === 0 ? label : '', `${gives ? '✓' : '✗'} ${title}`, at),
		style.dim(labelled('', `  ${because}`, { indent: 2, label: 13 })),
	]);
}

function beforeLines({ request, as }: Why['before'][number], style: Style): string[] {
	const { decision } = request;
	const mark = decision?.allowed === false ? '✗' : '✓';
	const what = `#${request.number} ${request.method} ${request.host}${shortPath(request.path)} answered ${request.status}`;
	return [
		'',
		labelled(as === 'issued what it showed' ? 'issued by' : 'before it', what, at),
		labelled('', `${mark} ${decision?.reason ?? undecided(request)}`, at),
		labelled('', `showed ${shownOf(request, request.shown?.groups ?? [])}`, at),
		...consideredLines('', request, style),
	];
}

/** `Entra token for https://management.azure.com/, issued 13:58:02, until 15:13:02, groups: pullers; holds …` */
function shownOf({ shown }: Line, groups: string[]): string {
	if (!shown) return 'nothing is known of that';
	const facts = [
		shown.subject !== undefined && `of ${shown.subject}`,
		shown.audience !== undefined && `for ${shown.audience}`,
		shown.issuedAt !== undefined && `issued ${shown.issuedAt.slice(11, 19)}`,
		shown.endsAt !== undefined && `until ${shown.endsAt.slice(0, 19).replace('T', ' ')}`,
		groups.length > 0 && `with the groups ${groups.join(', ')}`,
		shown.groups?.length === 0 && 'with no groups',
		shown.holds && `holding ${shown.holds.join(' ') || 'nothing'}`,
	].filter((fact) => typeof fact === 'string');
	return [shown.kind, ...facts].join(', ').replace(', of ', ' of ');
}

/** The person, and the machine where it is not the workstation. Node names are long and differ in pool and number only. */
function whoOf(line: Line): string {
	const [, pool, number] = line.machine.match(/^aks-(.+)-\d{8}-vmss0*(\w+)$/) ?? [];
	const machine = pool === undefined ? line.machine : `${pool}/${number ?? ''}`;
	return line.machine === 'workstation' ? personOf(line) : `${cut(personOf(line), 26 - machine.length)} ${machine}`;
}

function personOf({ principal, shown }: Line): string {
	return principal?.replace(/@.*$/, '') ?? (shown?.kind === 'nothing' ? 'nobody' : (shown?.subject ?? 'unknown'));
}

function targetOf({ host, path }: Line): string {
	return `${host.replace(/\.(?:azure|microsoft|microsoftonline)\.com$|\.windows\.net$/, '')}${shortPath(path)}`;
}

/** The end of a path says what it is about; versions and signatures do not. */
function shortPath(path: string): string {
	const [way = '', query = ''] = path.split('?');
	const told = query.split('&').filter((pair) => /^(?:scope|resource|from)=/.test(pair));
	const segments = way.split('/');
	const isLong = segments.length > 5 && !way.startsWith('/v2/');
	const short = isLong ? `/…/${segments.slice(-2).join('/')}` : way;
	const whole = told.length > 0 ? `${short}?${told.join('&')}` : short;
	return whole
		.replaceAll(/(sha256:[0-9a-f]{8})[0-9a-f]{56}/g, '$1…')
		.replaceAll(/([0-9a-f]{8})-[0-9a-f-]{27}/gi, '$1…');
}

function cut(text: string, width: number): string {
	return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** Host and last words matter; the middle goes. */
function cutFront(text: string, width: number): string {
	if (text.length <= width) return text;
	const keep = Math.floor(width / 3);
	return `${text.slice(0, keep)}…${text.slice(text.length - (width - keep - 1))}`;
}
