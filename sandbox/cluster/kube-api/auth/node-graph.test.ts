import { expect, it } from 'vitest';

import type { KubeObject } from '../../kube-object.ts';
import { Storage } from '../storage.ts';
import { NodeGraph } from './node-graph.ts';

const buildPod = (name: string, spec: object, annotations: Record<string, string> = {}): KubeObject => ({
	apiVersion: 'v1',
	kind: 'Pod',
	metadata: { name, namespace: 'shop', uid: name, resourceVersion: '', creationTimestamp: '', annotations },
	spec: { nodeName: 'one', serviceAccountName: 'web', ...spec },
});
const keyOf = (name: string) => `/pods/shop/${name}`;

/** What of these a node needs, as `resource/name`. */
function needed(graph: NodeGraph, node: string, asked: string[]): string[] {
	return asked.filter((one) => {
		const [resource = '', name = ''] = one.split('/');
		return graph.needs(node, { resource, namespace: 'shop', name });
	});
}

const references: [where: string, spec: object, what: string][] = [
	['its service account', {}, 'serviceaccounts/web'],
	['a pull secret', { imagePullSecrets: [{ name: 'x' }] }, 'secrets/x'],
	['a variable', { containers: [{ env: [{ valueFrom: { secretKeyRef: { name: 'x' } } }] }] }, 'secrets/x'],
	['all variables', { initContainers: [{ envFrom: [{ configMapRef: { name: 'x' } }] }] }, 'configmaps/x'],
	['a volume', { volumes: [{ secret: { secretName: 'x' } }] }, 'secrets/x'],
	['a volume of parts', { volumes: [{ projected: { sources: [{ configMap: { name: 'x' } }] } }] }, 'configmaps/x'],
	['a driver', { volumes: [{ csi: { nodePublishSecretRef: { name: 'x' } } }] }, 'secrets/x'],
];

it.each(references)('a node needs what its pod names as %s, as long as it has the pod', (_where, spec, what) => {
	const storage = new Storage();
	const graph = new NodeGraph(storage);
	const asked = ['serviceaccounts/web', 'secrets/x', 'configmaps/x'];
	storage.set(keyOf('a'), buildPod('a', spec));
	storage.set(keyOf('b'), buildPod('b', { ...spec, nodeName: 'other' }));
	const wanted = [...new Set(['serviceaccounts/web', what])];
	expect([needed(graph, 'one', asked), needed(new NodeGraph(storage), 'one', asked)]).toEqual([wanted, wanted]);
	storage.delete(keyOf('a'));
	expect([needed(graph, 'one', asked), needed(graph, 'other', asked)]).toEqual([[], wanted]);
});

it('goes by what a pod names now, and by every pod that names it', () => {
	const storage = new Storage();
	const graph = new NodeGraph(storage);
	const asked = ['secrets/x', 'secrets/y'];
	storage.set(keyOf('a'), buildPod('a', { imagePullSecrets: [{ name: 'x' }] }));
	storage.set(keyOf('b'), buildPod('b', { imagePullSecrets: [{ name: 'x' }] }));
	storage.set(keyOf('a'), buildPod('a', { imagePullSecrets: [{ name: 'y' }] }));
	expect(needed(graph, 'one', asked)).toEqual(asked);
	storage.delete(keyOf('b'));
	expect(needed(graph, 'one', asked)).toEqual(['secrets/y']);
});

it('gives nothing for a name that merely stands in a pod, nor for what mirrors a static one', () => {
	const storage = new Storage();
	const graph = new NodeGraph(storage);
	storage.set(keyOf('a'), buildPod('a', { containers: [{ name: 'x', args: ['x'] }] }));
	storage.set(keyOf('b'), buildPod('b', { imagePullSecrets: [{ name: 'x' }] }, { 'kubernetes.io/config.mirror': '1' }));
	expect(needed(graph, 'one', ['secrets/x', 'configmaps/x'])).toEqual([]);
});
