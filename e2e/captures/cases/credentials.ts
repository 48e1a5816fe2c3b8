import { guestUser, puller, refreshToken } from '../../registry/registry.ts';
import type { CaseFile, SecretSpec } from '../pull-case.ts';

const registry = 'registry.example.com';
const good = { username: puller.user, password: puller.password };
const wrong = { username: 'someone', password: 'wrong' };

function secret(name: string, key: string, login: { username: string; password: string }): SecretSpec {
	return { name, content: { auths: { [key]: login } } };
}

const goodSecret = secret('good', registry, good);
const wrongSecret = secret('wrong', registry, wrong);

export const credentialCases: CaseFile = {
	name: 'credentials',
	about: 'Which pull secrets a kubelet uses for a pull, in which order, and what it says about those it cannot use.',
	cases: [
		{
			name: 'good-secret',
			about: 'a pull secret for the host',
			pod: { imagePullSecrets: ['good'] },
			secrets: [goodSecret],
		},
		{
			name: 'good-secret-basic',
			about: 'a pull secret for a registry that asks for Basic',
			image: 'basic.example.com/cases/good-secret-basic:1',
			pod: { imagePullSecrets: ['good'] },
			secrets: [secret('good', 'basic.example.com', good)],
		},
		{ name: 'no-credentials', about: 'no credential matches, and the registry refuses guests' },
		{
			name: 'no-credentials-basic',
			about: 'no credential matches, and the registry asks for Basic',
			image: 'basic.example.com/cases/no-credentials-basic:1',
		},
		{
			name: 'no-credentials-public',
			about: 'no credential matches, and the registry lets guests pull',
			image: 'public.example.com/cases/no-credentials-public:1',
		},
		{
			name: 'wrong-credentials-public',
			about: 'a wrong secret where guests may pull: the guest is never tried',
			image: 'public.example.com/cases/wrong-credentials-public:1',
			pod: { imagePullSecrets: ['wrong'] },
			secrets: [secret('wrong', 'public.example.com', wrong)],
		},
		{ name: 'wrong-password', about: 'a wrong password', pod: { imagePullSecrets: ['wrong'] }, secrets: [wrongSecret] },
		{
			name: 'wrong-password-basic',
			about: 'a wrong password at a registry that asks for Basic',
			image: 'basic.example.com/cases/wrong-password-basic:1',
			pod: { imagePullSecrets: ['wrong'] },
			secrets: [secret('wrong', 'basic.example.com', wrong)],
		},
		{
			name: 'wrong-host-key',
			about: 'the secret is for another host',
			pod: { imagePullSecrets: ['other-host'] },
			secrets: [secret('other-host', 'other.example.com', good)],
		},
		{
			name: 'wildcard-key',
			about: 'the key has a wildcard for one label',
			pod: { imagePullSecrets: ['wildcard'] },
			secrets: [secret('wildcard', '*.example.com', good)],
		},
		{
			name: 'key-with-scheme-and-path',
			about: 'the key is written as a URL of the API',
			pod: { imagePullSecrets: ['url'] },
			secrets: [secret('url', `https://${registry}/v2/`, good)],
		},
		{
			name: 'key-with-tag',
			about: 'the key names a tag, which the kubelet takes off the image before it looks',
			pod: { imagePullSecrets: ['tag'] },
			secrets: [secret('tag', `${registry}/cases/key-with-tag:1`, good)],
		},
		{
			name: 'auths-not-an-object',
			about: 'the secret has another shape than a docker config',
			pod: { imagePullSecrets: ['malformed'] },
			secrets: [{ name: 'malformed', content: { auths: 'not-an-object' } }],
		},
		{
			name: 'auth-not-base64',
			about: 'the auth field cannot be decoded',
			pod: { imagePullSecrets: ['malformed'] },
			secrets: [{ name: 'malformed', content: { auths: { [registry]: { auth: '%%%' } } } }],
		},
		{
			name: 'malformed-beside-good',
			about: 'one malformed secret fails the whole look-up',
			pod: { imagePullSecrets: ['good', 'malformed'] },
			secrets: [goodSecret, { name: 'malformed', content: { auths: { [registry]: { auth: '%%%' } } } }],
		},
		{
			name: 'wrong-type',
			about: 'the right content in a secret of another type',
			pod: { imagePullSecrets: ['opaque'] },
			secrets: [{ ...secret('opaque', registry, good), type: 'Opaque' }],
		},
		{
			name: 'wrong-type-beside-good',
			about: 'a secret of another type is passed over in silence',
			pod: { imagePullSecrets: ['opaque', 'good'] },
			secrets: [{ ...secret('opaque', registry, wrong), type: 'Opaque' }, goodSecret],
		},
		{
			name: 'dockercfg-secret',
			about: 'a secret of the older type',
			pod: { imagePullSecrets: ['old'] },
			secrets: [{ name: 'old', type: 'kubernetes.io/dockercfg', content: { [registry]: good } }],
		},
		{
			name: 'expired-token',
			about: 'a refresh token whose time is over',
			pod: { imagePullSecrets: ['expired'] },
			secrets: [secret('expired', registry, { username: guestUser, password: 'refresh-token-of-yesterday' })],
		},
		{
			name: 'good-token',
			about: 'a refresh token of the registry as password',
			pod: { imagePullSecrets: ['token'] },
			secrets: [secret('token', registry, { username: guestUser, password: refreshToken })],
		},
		{
			name: 'longer-key-first',
			about: 'of two matching secrets the one with the longer key is tried first, wherever it is listed',
			pod: { imagePullSecrets: ['wrong', 'longer'] },
			secrets: [wrongSecret, secret('longer', `${registry}/cases`, good)],
		},
		{
			name: 'second-key-helps',
			about: 'the longer key is wrong, the shorter one is tried after it',
			pod: { imagePullSecrets: ['good', 'longer'] },
			secrets: [goodSecret, secret('longer', `${registry}/cases`, wrong)],
		},
		{
			name: 'equal-keys-in-order',
			about: 'secrets with the same key are tried as listed',
			pod: { imagePullSecrets: ['wrong', 'good'] },
			secrets: [goodSecret, wrongSecret],
		},
		{
			name: 'all-fail',
			about: 'every matching secret fails: the errors come together',
			pod: { imagePullSecrets: ['wrong', 'longer'] },
			secrets: [wrongSecret, secret('longer', `${registry}/cases`, { username: 'nobody', password: 'wrong' })],
		},
		{
			name: 'service-account-secret',
			about: 'the pod names no secret, its service account does',
			secrets: [goodSecret],
			pod: { serviceAccountName: 'puller' },
			serviceAccounts: [{ name: 'puller', imagePullSecrets: ['good'] }],
		},
		{
			name: 'service-account-secret-hidden',
			about: 'a secret on the pod hides the good one of the service account',
			secrets: [goodSecret, wrongSecret],
			pod: { serviceAccountName: 'puller', imagePullSecrets: ['wrong'] },
			serviceAccounts: [{ name: 'puller', imagePullSecrets: ['good'] }],
		},
		{
			name: 'missing-secret',
			about: 'the secret that the pod names is not there',
			pod: { imagePullSecrets: ['nosuch'] },
		},
		{
			name: 'missing-secret-beside-good',
			about: 'one of two secrets is not there',
			pod: { imagePullSecrets: ['nosuch', 'good'] },
			secrets: [goodSecret],
		},
		{
			name: 'docker-hub-index-key',
			about: 'an image of the Docker Hub and the classic key',
			image: 'cases/docker-hub-index-key:1',
			pod: { imagePullSecrets: ['hub'] },
			secrets: [secret('hub', 'https://index.docker.io/v1/', good)],
		},
		{
			name: 'docker-hub-registry-key',
			about: 'an image of the Docker Hub and the key of the host that really serves it, which does not match',
			image: 'cases/docker-hub-registry-key:1',
			pod: { imagePullSecrets: ['hub'] },
			secrets: [secret('hub', 'registry-1.docker.io', good)],
		},
	],
};
