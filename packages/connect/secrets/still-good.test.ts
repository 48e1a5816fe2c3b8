import { expect, test } from 'vitest';

import type { SecretNote } from '../secret-note.ts';
import { stillGood } from './still-good.ts';

const registry = '/subscriptions/s1/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/myregistry';
const server = 'myregistry.azurecr.io';
const ending: [string, SecretNote[], string][] = [
	['whose origin nobody wrote down', [], 'stays good; once nobody uses it, end it where it was made'],
	['of a given login', [{ server, source: 'login' }], 'stays good; once nobody uses it, end it where it was made'],
	[
		'of a service principal',
		[{ server, source: 'service-principal', application: 'a1', id: 'k1', endsAt: '2027-11-25T10:00:00Z' }],
		'stays good until 2027-11-25; once nobody uses it, end it:\naz ad app credential delete --id a1 --key-id k1',
	],
	[
		'of a repository token',
		[{ server, source: 'token', registry, token: `${registry}/tokens/pull` }],
		'stays good; once nobody uses it, end it:\naz acr token update --name pull --registry myregistry --status disabled',
	],
	[
		'of the admin user',
		[{ server, source: 'admin-user', registry }],
		'stays good; once nobody uses it, end it:\naz acr update --name myregistry --admin-enabled false',
	],
	[
		'that is short-lived',
		[{ server, source: 'short-lived', endsAt: '2026-11-25T10:00:00Z' }],
		'stays good until 2026-11-25',
	],
];

test.each(ending)('says that a credential outlives its secret: one %s', (_, notes, words) => {
	expect(stillGood(notes)).toBe(words);
});
