import type { Fault } from '../../registry/fault.ts';
import { puller } from '../../registry/registry.ts';
import type { CaseFile, PullCase } from '../pull-case.ts';

/** A case with a good secret, so that only the registry can be at fault. */
function signedIn(spec: PullCase): PullCase {
	const host = spec.image?.split('/')[0] ?? 'registry.example.com';
	const login = { username: puller.user, password: puller.password };
	return {
		...spec,
		pod: { imagePullSecrets: ['good'] },
		secrets: [{ name: 'good', content: { auths: { [host]: login } } }],
	};
}

function failing(name: string, fault: Fault, about: string): PullCase {
	const repeatsByChance = 'hangsUp' in fault || 'redirectsTo' in fault;
	return signedIn({ name, about, registry: { fault }, ...(repeatsByChance && { repeatsByChance }) });
}

const at = 'registry.example.com';
const absentDigest = `sha256:${'0'.repeat(64)}`;

export const registryCases: CaseFile = {
	name: 'registry',
	about: 'What a node says when the registry, its token service, its storage or the way there fails.',
	cases: [
		signedIn({ name: 'tag-absent', about: 'no such tag', image: `${at}/cases/tag-absent:nosuch` }),
		signedIn({ name: 'repository-absent', about: 'no such repository', registry: { holds: 'nothing' } }),
		signedIn({ name: 'digest-absent', about: 'no such digest', image: `${at}/cases/digest-absent@${absentDigest}` }),
		signedIn({
			name: 'platform-absent',
			about: 'an index for another platform alone',
			registry: { holds: 'an image for arm64' },
		}),
		signedIn({ name: 'a-chart', about: 'an artifact that is no image', registry: { holds: 'a chart' } }),
		...[401, 403, 429, 500, 503].map((status) =>
			failing(`manifest-${status}`, { at: 'manifest', status }, `the manifest is answered ${status}`),
		),
		failing('manifest-hang-up', { at: 'manifest', hangsUp: true }, 'the connection is closed instead of an answer'),
		...[401, 403, 429, 500].map((status) =>
			failing(`token-${status}`, { at: 'token', status }, `the token service answers ${status} to a good credential`),
		),
		failing('insufficient-scope', { at: 'token', grantsNothing: true }, 'the token does not cover the repository'),
		...[403, 404, 429, 500].map((status) =>
			failing(`blob-${status}`, { at: 'blob', status }, `the layers are answered ${status}`),
		),
		failing('blob-hang-up', { at: 'blob', hangsUp: true }, 'the connection is closed in place of a layer'),
		failing(
			'storage-refuses',
			{ at: 'blob', redirectsTo: 'refuses.blob.core.windows.net' },
			'the host that layers are redirected to refuses connections',
		),
		failing(
			'storage-silent',
			{ at: 'blob', redirectsTo: 'silent.blob.core.windows.net' },
			'the host that layers are redirected to never answers, as behind a firewall',
		),
		failing(
			'storage-name-absent',
			{ at: 'blob', redirectsTo: 'nosuch.blob.core.windows.net' },
			'the host that layers are redirected to has no address',
		),
		...(
			[
				['unknown-authority', 'a certificate of an authority that the node does not know'],
				['expired', 'a certificate whose time is over'],
				['plain', 'plain HTTP on the port for TLS'],
				['refuses', 'the connection is refused'],
				['silent', 'the host never answers, as behind a firewall'],
				['nosuch', 'the host name has no address'],
			] as const
		).map(([name, about]) =>
			signedIn({ name: `host-${name}`, about, image: `${name}.example.com/cases/host-${name}:1` }),
		),
	],
};
