import { decodePullSecret, Problem, type Secret } from '@lanyard/core';
import { decodeJwt, type KubeSecret } from '@lanyard/wire';
import type { SecretEntry, SecretFact } from '../facts.ts';

/** The user that an ACR refresh or access token is presented with (AZURE_CONTRACTS 2: the null GUID). */
const tokenUser = '00000000-0000-0000-0000-000000000000';

/** What a kubelet gets out of this pull secret, without the passwords. */
export function secretFact(secret: KubeSecret): SecretFact {
	const { name, type } = secret;
	return { name, type, dataKeys: Object.keys(secret.data), content: contentOf(secret) };
}

function contentOf(secret: KubeSecret): SecretFact['content'] {
	const read = decode(secret);
	if ('skipped' in read) return { as: 'skipped', why: read.skipped };
	if ('malformed' in read) return { as: 'malformed', why: read.malformed };
	return {
		as: 'entries',
		entries: read.entries.map(({ key, credential }) => entryOf(key, credential.username, credential.password)),
	};
}

// The values leave `Secret` here only to be decoded by the pure function next door, which hands the password back wrapped.
function decode({ type, data }: KubeSecret) {
	const revealed = Object.entries(data).map(([key, value]): [string, string] => [key, value.reveal()]);
	return decodePullSecret({ type, data: Object.fromEntries(revealed) });
}

function entryOf(key: string, user: string, password: Secret): SecretEntry {
	const endsAt = user === tokenUser ? endOf(password) : undefined;
	return { key, ...(user === '' ? {} : { user }), ...(endsAt === undefined ? {} : { endsAt }) };
}

function endOf(token: Secret): string | undefined {
	try {
		return decodeJwt(token).endsAt?.toISOString();
	} catch (error) {
		// Whatever else stands under that user is no token that tells its end; the registry will say what it is worth.
		if (error instanceof Problem) return undefined;
		throw error;
	}
}
