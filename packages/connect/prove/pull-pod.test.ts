import type { KubeEvent } from '@lanyard/wire';
import { expect, it } from 'vitest';

import { verdictOf } from './pull-pod.ts';

const event = (reason: string, message: string): KubeEvent => ({
	name: 'e',
	namespace: 'default',
	type: 'Normal',
	reason,
	message,
	count: 1,
	reportedBy: 'kubelet',
	about: { kind: 'Pod', namespace: 'default', name: 'lanyard-proof-x', uid: 'u' },
});
const pulling = event('Pulling', 'Pulling image "r/nginx:v1"');
const pulled = event(
	'Pulled',
	'Successfully pulled image "r/nginx:v1" in 312ms (312ms including waiting). Image size: 100 bytes.',
);
const refused = event('Failed', 'Failed to pull image "r/nginx:v1": 401 Unauthorized');

it.each<[string, KubeEvent[], unknown]>([
	['says nothing before the kubelet does', [pulling], undefined],
	['is proved by a pull', [pulling, pulled], { pulled: true, message: pulled.message }],
	[
		'is refused by a failed pull',
		[pulling, refused, event('Failed', 'Error: ErrImagePull')],
		{ pulled: false, message: refused.message },
	],
	[
		'is proved although the command cannot start',
		[pulled, event('Failed', 'Error: exec failed')],
		{ pulled: true, message: pulled.message },
	],
	[
		'is not proved by an image that was there',
		[event('Pulled', 'Container image "r/nginx:v1" already present on machine')],
		undefined,
	],
	['does not take a failed start for a failed pull', [pulling, event('Failed', 'Error: ErrImagePull')], undefined],
])('%s', (_name, events, verdict) => expect(verdictOf(events)).toEqual(verdict));
