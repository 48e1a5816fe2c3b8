import { expect, it } from 'vitest';
import { parseTarget, type Target } from './target.ts';

const read: [text: string, target: Target][] = [
	['deployment/web', { kind: 'deployment', name: 'web', namespace: 'default' }],
	['deploy/web', { kind: 'deployment', name: 'web', namespace: 'default' }],
	['Pods/web-7c9f', { kind: 'pod', name: 'web-7c9f', namespace: 'default' }],
	['sts/db.main', { kind: 'statefulset', name: 'db.main', namespace: 'default' }],
	['namespace/shop', { kind: 'namespace', name: 'shop', namespace: 'shop' }],
];
it.each(read)('reads %s', (text, target) => expect(parseTarget(text, 'default')).toEqual(target));

it.each(['', 'web', 'deployment/', 'deployment/web/x', 'service/web', 'pod/Web', 'pod/-x', 'toString/x'])(
	'calls "%s" a bad target',
	(text) => expect(() => parseTarget(text, 'default')).toThrow(expect.objectContaining({ code: 'bad-target' })),
);

it.each([
	['deploymnt/web', { message: '"deploymnt/web" names no workload; did you mean deployment/web?' }],
	['web', { fix: 'Say of what kind it is: deployment/web, pod/web, …' }],
	['service/web', { message: '"service/web" names no workload' }],
])('says of "%s" what may be meant', (text, said) =>
	expect(() => parseTarget(text, 'default')).toThrow(expect.objectContaining(said)),
);
