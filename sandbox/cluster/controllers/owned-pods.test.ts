import { expect, it } from 'vitest';
import { parseObject } from '../kube-object.ts';
import { OwnedPods } from './owned-pods.ts';

const owner = parseObject({ kind: 'ReplicaSet', metadata: { name: 'web', uid: 'owner' } });
const pod = (uid: string, resourceVersion: string, phase = 'Pending') =>
	parseObject({
		kind: 'Pod',
		metadata: { name: uid, uid, resourceVersion, ownerReferences: [{ uid: 'owner', controller: true }] },
		status: { phase },
	});

it('knows the pods of an owner, in what version they were seen last', () => {
	const pods = new OwnedPods();
	pods.see('ADDED', pod('a', '9', 'Running'));
	pods.see('MODIFIED', pod('a', '8'));
	pods.see('ADDED', pod('b', '10'));
	pods.see('DELETED', pod('b', '11'));
	expect(pods.of(owner)).toEqual([pod('a', '9', 'Running')]);
	expect(pods.of(parseObject({ metadata: { uid: 'other' } }))).toEqual([]);
});

it('knows what was made at once, unless it is gone already', async () => {
	const pods = new OwnedPods();
	await pods.make(() => Promise.resolve(pod('a', '1')));
	await pods.make(async () => {
		pods.see('ADDED', pod('b', '2'));
		pods.see('DELETED', pod('b', '3'));
		return pod('b', '2');
	});
	expect(pods.of(owner)).toEqual([pod('a', '1')]);
});

it('knows what was told to go, until the watch says more', () => {
	const pods = new OwnedPods();
	pods.see('ADDED', pod('a', '1'));
	pods.markGoing(pod('a', '1'), 'now');
	expect(pods.of(owner).map(({ metadata }) => metadata.deletionTimestamp)).toEqual(['now']);
	pods.markGoing(pod('never-seen', '1'), 'now');
	expect(pods.of(owner)).toHaveLength(1);
});
