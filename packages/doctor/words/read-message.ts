import { links, type LinkName } from '@lanyard/core';
import { plain } from './plain.ts';
import { rulesFor, type WordRule } from './rules.ts';
import { splitErrors } from './split-errors.ts';
import type { Symptom } from './symptom.ts';

// A message comes from outside: patterns are not run over more than any real one holds (events are cut at 1 KiB).
const longestRead = 4096;

/** What one message of a kubelet says, one symptom per error in it; errors that say nothing known are left out. */
export function readMessage(message: string): Symptom[] {
	const read = message.slice(0, longestRead);
	return splitErrors(read).flatMap((error) => {
		const rule = rulesFor(read).find(({ seen, unless }) => seen.test(error) && unless?.test(error) !== true);
		return rule === undefined ? [] : [symptomOf(rule, error)];
	});
}

/**
 * The one symptom that tells most. A kubelet reports every credential's error; the attempt that came furthest was the
 * one that was let in, so its error is about the image, and the others are only about their credentials.
 */
export function furthest(symptoms: Symptom[]): Symptom | undefined {
	return symptoms.reduce<Symptom | undefined>((best, symptom) => {
		if (best === undefined) return symptom;
		return links.indexOf(symptom.shownAt) > links.indexOf(best.shownAt) ? symptom : best;
	}, undefined);
}

function symptomOf(rule: WordRule, error: string): Symptom {
	const status = /\b([45]\d\d) [A-Z][a-z]/.exec(error)?.[1];
	const address = /client with IP\W+([0-9a-fx.:]+)/i.exec(error)?.[1];
	return {
		shownAt: rule.at ?? phaseOf(error),
		code: rule.code,
		confidence: rule.confidence,
		others: rule.others ?? [],
		credential: rule.credential ?? credentialOf(error),
		...(status === undefined ? {} : { status: Number(status) }),
		...(address === undefined ? {} : { address }),
		says: sentenceOf(rule, error),
	};
}

// How containerd and docker name what they were doing; the last that fits is the closest to the failure.
const phases: [LinkName, RegExp][] = [
	['layers', /\/blobs\/|failed to copy|httpReadSeeker|pulling image configuration/],
	['token', /failed to authorize|oauth2\/token|fetch (oauth|anonymous) token/],
	['network', /dial tcp|EOF|handshake|connection re/],
	['manifest', /\/manifests\/|HEAD request|\[manifests |failed to resolve/],
];

function phaseOf(error: string): LinkName {
	return phases.find(([, words]) => words.test(error))?.[0] ?? 'network';
}

function credentialOf(error: string): Symptom['credential'] {
	if (/anonymous token/.test(error)) return 'none';
	return /oauth token/.test(error) ? 'some' : 'unknown';
}

/** The deciding fragment with its last words, without the image name and addresses that a person already has. */
function sentenceOf(rule: WordRule, error: string): string {
	const status = /\b([45]\d\d [A-Z][A-Za-z]+(?: [A-Z][a-z]+)*)/.exec(error)?.[1];
	if (status !== undefined && rule.at !== 'network' && rule.at !== 'dns') return status;
	const fragment = rule.seen.exec(error)?.[0] ?? error;
	return plain(fragment).slice(0, 120);
}
