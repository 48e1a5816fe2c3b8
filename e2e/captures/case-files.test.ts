import { expect, it } from 'vitest';

import { caseFiles } from './case-files.ts';
import { recaptured } from './recaptured.data.ts';
import { readObservations } from './vector-file.ts';

const names = caseFiles.flatMap(({ cases }) => cases.map(({ name }) => name));

// Every kind of pull that the captures were to have.
const kinds: Record<string, string[]> = {
	'good secret': ['good-secret', 'good-secret-basic', 'good-token', 'dockercfg-secret'],
	'wrong host key': ['wrong-host-key', 'key-with-tag', 'docker-hub-registry-key'],
	malformed: ['auths-not-an-object', 'auth-not-base64', 'malformed-beside-good'],
	'wrong type': ['wrong-type', 'wrong-type-beside-good'],
	expired: ['expired-token'],
	'two secrets, order by key': ['longer-key-first', 'second-key-helps', 'equal-keys-in-order', 'all-fail'],
	'secret on the service account': ['service-account-secret'],
	'hidden by one on the pod': ['service-account-secret-hidden'],
	'missing secret': ['missing-secret', 'missing-secret-beside-good'],
	'provider plugin': ['plugin-good'],
	'failing plugin': ['plugin-fails'],
	'plugin and secret': ['plugin-good-secret-wrong', 'plugin-good-secret-good', 'plugin-fails-secret-good'],
	"AKS's provider, exchange granted": ['aks-granted', 'aks-granted-secret-wrong', 'aks-granted-repository-not-covered'],
	"AKS's provider, exchange refused": ['aks-refused', 'aks-refused-secret-good', 'aks-refused-guests-welcome'],
	'service-account token for the plugin': ['plugin-with-service-account-token', 'plugin-without-annotation'],
	'missing tag': ['tag-absent'],
	'missing repository': ['repository-absent'],
	'missing digest': ['digest-absent'],
	'missing platform': ['platform-absent'],
	'401 at the manifest': ['manifest-401'],
	'401 at the token': ['token-401'],
	'insufficient scope': ['insufficient-scope'],
	'403': ['manifest-403', 'token-403', 'blob-403'],
	'429': ['manifest-429', 'token-429', 'blob-429'],
	'500': ['manifest-500', 'token-500', 'blob-500'],
	'unknown CA': ['host-unknown-authority'],
	'expired certificate': ['host-expired'],
	'plain HTTP': ['host-plain'],
	'refused connection': ['host-refuses'],
	'no DNS': ['host-nosuch'],
	'layer host blocked': ['storage-silent', 'storage-refuses', 'storage-name-absent'],
	'pull policy Always': ['always-present'],
	'pull policy IfNotPresent': ['if-absent', 'if-present', 'if-present-without-credentials'],
	'pull policy Never': ['never-absent', 'never-present'],
	'invalid names': ['name-in-capitals', 'name-with-bad-tag', 'name-with-short-digest'],
	'back-off': ['back-off'],
};

it.each(Object.entries(kinds))('there is a vector for %s', async (_kind, cases) => {
	const observed = Object.assign({}, ...(await Promise.all(caseFiles.map((file) => readObservations(file)))));
	for (const name of cases) expect(observed[name]?.events.length, name).toBeGreaterThan(0);
});

it('gives every case a name of its own', () => expect(new Set(names).size).toBe(names.length));

it('observes a named third of them in every run, some of each file', () => {
	expect(recaptured.filter((name) => !names.includes(name))).toEqual([]);
	expect(new Set(recaptured).size).toBe(Math.ceil(names.length / 3));
	for (const { cases } of caseFiles) expect(cases.some(({ name }) => recaptured.includes(name))).toBe(true);
});
