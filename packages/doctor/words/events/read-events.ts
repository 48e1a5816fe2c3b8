import type { WordEvent } from '../read-attempts.ts';
import { readDescriptions } from './descriptions.ts';
import { readLog } from './log.ts';
import { readObjects } from './objects.ts';

/**
 * Reports of failed pulls out of whatever was saved: JSON of kubectl (events, pods), JSON lines, text of `kubectl describe`
 * or `kubectl get events`, a journal of kubelet or containerd. Any other text is one message.
 */
export function readEvents(text: string): WordEvent[] {
	return withoutProofs(readAll(text));
}

// Pods that lanyard makes for a proof: they name a pull secret that is not there, and may have to wait for a role.
const proofPod = /(?:^|\/)lanyard-proof-[a-z0-9]{8}$/;

/** The failed pulls of lanyard's own proofs are left out, unless there are no others. */
function withoutProofs(events: WordEvent[]): WordEvent[] {
	const others = events.filter(({ id, message }) => !proofPod.test(id ?? '') && !isOfProof(message));
	return others.length > 0 ? others : events;
}

function isOfProof(message: string): boolean {
	return /^[^\n]*\(lanyard-proof-uses-no-secret\)[^\n]*$/.test(message);
}

function readAll(text: string): WordEvent[] {
	const trimmed = text.replace(/^\uFEFF/, '').trim();
	if (trimmed === '') return [];
	const whole = parseJson(trimmed);
	if (whole !== undefined) return readObjects(whole);
	const lines = trimmed.split('\n');
	if (trimmed.startsWith('{') && lines.length > 1 && parseJson(lines[0] ?? '') !== undefined) {
		return lines.flatMap((line) => (line.trim() === '' ? [] : readLine(line)));
	}
	const described = readDescriptions(trimmed);
	if (described.length > 0) return described;
	const logged = readLog(lines);
	return logged.length > 0 ? logged : [{ message: trimmed }];
}

// One line that is cut or broken does not take the others with it: it is read as the text that it is.
function readLine(line: string): WordEvent[] {
	const value = parseJson(line.trim());
	return value === undefined ? [{ message: line }] : readObjects(value);
}

function parseJson(text: string): unknown {
	if (!/^[[{]/.test(text)) return undefined;
	try {
		return JSON.parse(text);
	} catch {
		// Not JSON is an answer: it is read as text.
		return undefined;
	}
}
