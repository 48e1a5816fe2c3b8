import { listAt, textAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { badRequest } from './api-error.ts';

/** GET of a pod's `log`. Containers do not run, so one that was started has written nothing. */
export function podLog(pod: KubeObject, query: URLSearchParams): Response {
	// No node has it yet, so nobody can be asked.
	if (textAt(pod, 'spec', 'nodeName') === '') return new Response(null, { status: 204 });
	const statuses = listAt(pod, 'status', 'containerStatuses');
	const name = query.get('container') ?? textAt(statuses[0] ?? listAt(pod, 'spec', 'containers')[0], 'name');
	const status = statuses.find((container) => textAt(container, 'name') === name);
	if (textAt(status, 'containerID') !== '') return new Response('', { headers: { 'content-type': 'text/plain' } });
	const isCreating = textAt(status, 'state', 'waiting', 'reason') === 'ContainerCreating';
	const why = isCreating ? 'ContainerCreating' : 'trying and failing to pull image';
	throw badRequest(`container "${name}" in pod "${pod.metadata.name}" is waiting to start: ${why}`);
}
