import { expect, it } from 'vitest';
import { groupsIn, renderGroups } from './groups.ts';

it('counts the tests of each group', () => {
	const junit = [
		'<testcase name="OCI Conformance Test/ping" classname="" time="0.1" status="passed">',
		'<testcase name="OCI Conformance Test/image &amp; index" classname="" time="0.1" status="failure">',
		'<testcase name="OCI Conformance Test/image &amp; index/push" classname="" time="0.1" status="skipped">',
		'<testcase name="OCI Conformance Test/image &amp; index/pull" classname="" time="0.1" status="skipped">',
	].join('\n');
	expect(renderGroups(groupsIn(junit)).split('\n').slice(2)).toEqual([
		'| ping | 1 | 0 | 0 |',
		'| image & index | 0 | 1 | 2 |',
		'| **all** | 1 | 1 | 2 |',
	]);
});
