import { credentialCases } from '../captures/cases/credentials.ts';
import { nodeCases } from '../captures/cases/node.ts';
import { registryCases } from '../captures/cases/registry.ts';
import type { PullCase } from '../captures/pull-case.ts';
import { puller } from '../registry/registry.ts';

/** Of the other captures, those that a client's own login can bring about: no plugin, no policy, no service account. */
const alike = [
	'no-credentials',
	'no-credentials-basic',
	'wrong-password',
	'wrong-password-basic',
	'wrong-host-key',
	'auths-not-an-object',
	'auth-not-base64',
	'expired-token',
	'name-in-capitals',
	'name-with-bad-tag',
];

function signedIn(host: string): Pick<PullCase, 'secrets'> {
	const login = { username: puller.user, password: puller.password };
	return { secrets: [{ name: 'good', content: { auths: { [host]: login } } }] };
}

const privatelink = 'registry.privatelink.azurecr.io';

/** The pulls of which the words of the clients are kept. */
export const wordCases: PullCase[] = [
	...[...credentialCases.cases, ...nodeCases.cases].filter(({ name }) => alike.includes(name)),
	...registryCases.cases,
	{
		name: 'host-privatelink',
		about: "the image names the private endpoint's zone, for which the registry's certificate is not",
		image: `${privatelink}/cases/host-privatelink:1`,
		...signedIn(privatelink),
	},
];
