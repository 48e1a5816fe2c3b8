import { at, fieldsAt, numberAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { renderSelector } from './selector.ts';

/** The `autoscaling/v1` view of a workload. */
export function buildScale(workload: KubeObject): KubeObject {
	const { name, namespace, uid, resourceVersion, creationTimestamp } = workload.metadata;
	return {
		kind: 'Scale',
		apiVersion: 'autoscaling/v1',
		metadata: { name, ...(namespace !== undefined && { namespace }), uid, resourceVersion, creationTimestamp },
		spec: {
			...((numberAt(workload, 'spec', 'replicas') ?? 0) !== 0 && { replicas: numberAt(workload, 'spec', 'replicas') }),
		},
		status: {
			replicas: numberAt(workload, 'status', 'replicas') ?? 0,
			selector: renderSelector(at(workload, 'spec', 'selector')),
		},
	};
}

/** The workload with another number of replicas. */
export function scaled(workload: KubeObject, replicas: number): KubeObject {
	return { ...workload, spec: { ...fieldsAt(workload, 'spec'), replicas } };
}
