/** Explains one request: who it was, what decided, what that rested on, and the one thing to change. Pure. */
import type { Remedy } from '@lanyard/sandbox-ground';

import { remedyFor } from './remedy.ts';
import type { LogLine } from './request-log.ts';

export interface Explanation {
	request: LogLine;
	/** The requests that it rests on, the latest first: who issued what it showed, and what the same machine was refused just before. */
	before: { request: LogLine; as: 'issued what it showed' | 'refused just before' }[];
	/** Names of the groups that its token was issued with. */
	groups: string[];
	/** What else has to be known to understand it. */
	notes: string[];
	/** What to do; absent where it was allowed, or where nobody knows. */
	remedy?: Remedy;
}

export interface Known {
	lines: LogLine[];
	/** What a person calls the object behind an id. */
	nameOf(objectId: string): string | undefined;
	replicationDelayMs: number;
}

/** Whether a request was refused, apart from the first question of every client, which only asks where to sign in. */
function isRefused({ decision, status, shown, path }: LogLine): boolean {
	const isQuestion = status === 401 && shown?.kind === 'nothing' && path.startsWith('/v2/');
	return (decision?.allowed === false || status === 401 || status === 403) && !isQuestion;
}

/** The request that is meant: by its number, by an id that a client showed, or the last one that was refused. */
export function findRequest(lines: LogLine[], which: string | undefined): LogLine | undefined {
	if (which === undefined) return lines.findLast(isRefused);
	const wanted = which.replace(/^#/, '').toLowerCase();
	return lines.findLast(
		(line) => String(line.number) === wanted || line.requestIds?.some((id) => id.toLowerCase() === wanted),
	);
}

const longestChain = 5;
const justBeforeMs = 15_000;

/** Everything about one request that the log and the directory know. */
export function explainRequest(request: LogLine, known: Known): Explanation {
	const issuers = chainOf(request, known.lines);
	const refused = refusedBefore(request, known.lines);
	const before = [
		...issuers.map((line) => ({ request: line, as: 'issued what it showed' as const })),
		...refused.map((line) => ({ request: line, as: 'refused just before' as const })),
	];
	const remedy = remedyOf(request, { issuers, refused });
	return {
		request,
		before,
		groups: (request.shown?.groups ?? []).map((id) => known.nameOf(id) ?? id),
		notes: notesOn(request, { issuers, refused }, known),
		...(remedy && { remedy }),
	};
}

/** Which request issued the token that was shown, and which one issued the token that was shown to that. */
function chainOf(request: LogLine, lines: LogLine[]): LogLine[] {
	const chain: LogLine[] = [];
	let id = request.shown?.id;
	while (id !== undefined && chain.length < longestChain) {
		const wanted = id;
		const issuer = lines.findLast((line) => line.issued === wanted && line.number < request.number);
		if (!issuer) break;
		chain.push(issuer);
		id = issuer.shown?.id;
	}
	return chain;
}

/** Where a node shows nothing, the reason lies in what it was refused before: a provider that got nothing has nothing to show. */
function refusedBefore(request: LogLine, lines: LogLine[]): LogLine[] {
	const isOnNode = request.machine !== 'workstation';
	if (!isOnNode || request.shown?.kind !== 'nothing' || request.decision?.allowed !== false) return [];
	const from = Date.parse(request.at) - justBeforeMs;
	const near = lines.filter(
		(line) =>
			line.number < request.number &&
			line.machine === request.machine &&
			line.shown?.kind !== 'nothing' &&
			Date.parse(line.at) >= from &&
			isRefused(line),
	);
	const reasons = new Set<string>();
	return near.toReversed().filter(({ decision }) => {
		const reason = decision?.reason ?? '';
		return reasons.size < 3 && !reasons.has(reason) && reasons.add(reason);
	});
}

interface Rest {
	issuers: LogLine[];
	refused: LogLine[];
}

/** The deepest cause has the remedy: a token that lacks something was issued so. */
function remedyOf(request: LogLine, { issuers, refused }: Rest): Remedy | undefined {
	if (request.decision?.allowed !== false) return undefined;
	for (const line of [...issuers.toReversed(), ...refused, request]) {
		const remedy = remedyFor(line);
		if (remedy) return remedy;
	}
	return undefined;
}

function notesOn(request: LogLine, { issuers }: Rest, known: Known): string[] {
	const { shown, decision } = request;
	const notes: string[] = [];
	if (shown?.kind.startsWith('ACR') && shown.issuedAt !== undefined) {
		notes.push(
			'a token of a registry keeps the rights of the moment it was issued; roles that came later are not in it',
		);
	}
	if (shown?.kind === 'Entra token' && shown.issuedAt !== undefined && decision?.allowed === false) {
		notes.push('groups count as they were when the token was issued; roles count as they are at the request');
	}
	if (
		decision?.allowed === false &&
		(decision.considered ?? issuers.flatMap((line) => line.decision?.considered ?? [])).length > 0
	) {
		const seconds = Math.round(known.replicationDelayMs / 1000);
		notes.push(`in this world a new or removed role counts after ${seconds} s (replicationDelay)`);
	}
	return notes;
}
