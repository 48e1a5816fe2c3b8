import { listAt, textAt } from '../json.ts';
import type { ContainerLogs } from '../container-logs.ts';
import type { KubeObject } from '../kube-object.ts';
import { badRequest } from './api-error.ts';

/** GET of a pod's `log`: what its program has written, of those that are imitated; others have written nothing. */
export function podLog(pod: KubeObject, query: URLSearchParams, logs?: ContainerLogs): Response {
	// No node has it yet, so nobody can be asked.
	if (textAt(pod, 'spec', 'nodeName') === '') return new Response(null, { status: 204 });
	const statuses = listAt(pod, 'status', 'containerStatuses');
	const name = query.get('container') ?? textAt(statuses[0] ?? listAt(pod, 'spec', 'containers')[0], 'name');
	const status = statuses.find((container) => textAt(container, 'name') === name);
	if (textAt(status, 'containerID') !== '') {
		const lines = lastOf(logs?.read(pod) ?? [], query.get('tailLines'));
		return new Response(lines.map((line) => `${line}\n`).join(''), { headers: { 'content-type': 'text/plain' } });
	}
	const isCreating = textAt(status, 'state', 'waiting', 'reason') === 'ContainerCreating';
	const why = isCreating ? 'ContainerCreating' : 'trying and failing to pull image';
	throw badRequest(`container "${name}" in pod "${pod.metadata.name}" is waiting to start: ${why}`);
}

function lastOf(lines: readonly string[], count: string | null): readonly string[] {
	return count === null ? lines : lines.slice(Math.max(0, lines.length - Number(count)));
}
