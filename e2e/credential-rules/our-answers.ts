import {
	buildKeyring,
	decodePullSecret,
	type KeyringEntry,
	lookup,
	matchesPattern,
	parseImageReference,
	Problem,
} from '@lanyard/core';

import type { Questions, SecretQuestion } from './questions.ts';

/** What `credential-rules` and our own code both answer; errors are compared as errors, not by their words. */
export interface Answers {
	matches: string[];
	lookups: { users: string[]; error?: string }[];
	references: { repository: string; tag: string; digest: string; error?: string }[];
}

/** Answers the table with `core/kubernetes`. */
export function answerWithOurs({ matches, lookups, references }: Questions): Answers {
	return {
		matches: matches.map(({ key, image }) => (matchesPattern(key, image) ? 'yes' : 'no')),
		lookups: lookups.map(({ secrets, image }) => lookUp(secrets, image)),
		references: references.map(parse),
	};
}

function lookUp(secrets: SecretQuestion[], image: string): Answers['lookups'][number] {
	const entries: KeyringEntry<string>[] = [];
	for (const [at, { type, data }] of secrets.entries()) {
		const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
		const reading = decodePullSecret({ type, data: Object.fromEntries(encoded) });
		if ('malformed' in reading) return { users: [], error: reading.malformed };
		if ('skipped' in reading) continue;
		for (const { key, credential } of reading.entries)
			entries.push({ key, credential: credential.username, source: String(at) });
	}
	return { users: lookup(buildKeyring(entries), image).map(({ credential }) => credential) };
}

function parse(image: string): Answers['references'][number] {
	try {
		const { name, tag = '', digest = '' } = parseImageReference(image);
		return { repository: name, tag, digest };
	} catch (error) {
		if (error instanceof Problem) return { repository: '', tag: '', digest: '', error: error.message };
		throw error;
	}
}
