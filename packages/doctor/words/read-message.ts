import { links, type Confidence } from '@lanyard/core';
import { cleanText, withoutSecrets } from './clean.ts';
import { type Heard, hear, linkOf, mix } from './weigh.ts';
import { readAttempts } from './read-attempts.ts';
import { plain } from './plain.ts';
import type { Reading } from './read-text.ts';
import type { Symptom } from './symptom.ts';

/** What one message of a kubelet says, one symptom per error in it; errors that say nothing known are left out. */
export function readMessage(message: string): Symptom[] {
	return readAttempts({ message }).flatMap((reading) => {
		const heard = hear(reading);
		return heard === undefined || isNothing(heard) ? [] : [symptomOf(reading, heard)];
	});
}

// "It cannot be pulled" alone is no symptom: the doctor knows that already.
function isNothing({ rule }: Heard): boolean {
	return Object.keys(rule.means).length > 30;
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

function symptomOf(reading: Reading, heard: Heard): Symptom {
	const shares = mix([{ reading, heard }]);
	const [first = ['no-credentials-configured', 0], ...others] = shares;
	const address = /client with ip\W{1,3}([0-9a-fx.:]{3,45})/.exec(reading.text)?.[1];
	return {
		shownAt: linkOf(heard, reading),
		code: first[0],
		confidence: confidenceOf(heard, first[1]),
		others: others.filter(([, share]) => share >= 0.04).map(([code]) => code),
		credential: reading.credential,
		...(reading.status === undefined ? {} : { status: reading.status }),
		...(address === undefined ? {} : { address }),
		says: sentenceOf(reading, heard),
	};
}

function confidenceOf({ strength }: Heard, share: number): Confidence {
	if (strength === 'decides') return 'certain';
	return strength === 'narrows' && share >= 0.3 ? 'likely' : 'possible';
}

const statusWords: Record<number, string> = {
	400: 'Bad Request',
	401: 'Unauthorized',
	403: 'Forbidden',
	404: 'Not Found',
	429: 'Too Many Requests',
	500: 'Internal Server Error',
	502: 'Bad Gateway',
	503: 'Service Unavailable',
	504: 'Gateway Timeout',
};

/** The status where there is one, else the deciding words; without the image name and addresses that a person already has. */
function sentenceOf({ status, text }: Reading, { found }: Heard): string {
	if (status !== undefined) return `${status} ${statusWords[status] ?? ''}`.trim();
	const fragment = found === undefined ? text : text.slice(found.at, found.end);
	return plain(withoutSecrets(cleanText(fragment)))
		.replace(/^[\s:;,]+/, '')
		.slice(0, 120);
}
