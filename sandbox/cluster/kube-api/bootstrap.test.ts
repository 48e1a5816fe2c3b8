import { WorldClock } from '@lanyard/sandbox-ground';
import { expect, it } from 'vitest';

import type { KubeObject } from '../kube-object.ts';
import { bootstrap } from './bootstrap.ts';
import { storagePrefix, storedResources } from './resource.ts';
import { Storage } from './storage.ts';

function bootstrapped(storage = new Storage()): KubeObject[] {
	bootstrap({ storage, clock: new WorldClock({ aheadMs: 0 }) });
	return storedResources.flatMap((resource) => storage.list(storagePrefix(resource)).map(([, object]) => object));
}

function withoutTheirOwn({ metadata, ...object }: KubeObject): unknown {
	const text = JSON.stringify({ ...object, metadata: { ...metadata, uid: '', creationTimestamp: '' } });
	return JSON.parse(text.replaceAll(/"time":"[^"]*"/g, '"time":""'));
}

it('gives every cluster the same objects, with ids of their own', () => {
	const [one, other] = [bootstrapped(), bootstrapped()];
	expect(one.length).toBeGreaterThan(100);
	expect(other.map(withoutTheirOwn)).toEqual(one.map(withoutTheirOwn));
	expect(new Set([...one, ...other].map(({ metadata }) => metadata.uid)).size).toBe(2 * one.length);
});

it('gives an older cluster what it lacks, and leaves the rest', () => {
	const storage = new Storage();
	const before = bootstrapped(storage);
	storage.delete('rbac.authorization.k8s.io/clusterroles/view');
	const after = bootstrapped(storage);
	const named = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.namespace} ${metadata.name}`;
	expect(after.map(named)).toEqual(before.map(named));
	const other = after.filter((object) => !before.includes(object));
	expect(other.map(named)).toEqual(['ClusterRole undefined view']);
});
