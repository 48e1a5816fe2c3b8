import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Plan } from '@lanyard/core';
import { expect, it } from 'vitest';

import { buildAzScript, exportedVerbs } from './az.ts';

const folder = join(import.meta.dirname, '..');

it('writes a script for every verb that a plan can have', () => {
	const sources = globSync('{methods,secrets,steps}/**/*.ts', { cwd: folder, exclude: ['**/*.test.ts'] });
	// An inverse is on one line with its verb's `says`; it is not exported.
	const verbs = sources.flatMap((path) => {
		const text = readFileSync(join(folder, path), 'utf8').replaceAll(
			/inverse: [^]*?\{ do: '[^']+'|: \{ do: '[^']+'/g,
			'',
		);
		return Array.from(text.matchAll(/\bdo: '([a-z-]+)'/g), ([, verb = '']) => verb);
	});
	const known = [...exportedVerbs(), 'nothing'];
	expect(verbs.length).toBeGreaterThan(15);
	expect([...new Set(verbs)].filter((verb) => !known.includes(verb))).toEqual([]);
});

it('signs in to a cluster that it makes only when it is there', () => {
	const cluster = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/shop';
	const step = { says: '', inverse: { do: 'nothing', says: '', change: {} }, before: null, state: 'planned' as const };
	const plan: Plan = {
		...{ schema: 'lanyard.dev/plan/v1', id: 'bcdf-2345', world: 'azure', seen: {} },
		goal: { method: 'create-cluster', target: { cluster: 'shop' } },
		steps: [
			{ ...step, id: '1', do: 'create-cluster', target: cluster, change: { id: cluster, name: 'shop' } },
			{
				...{ ...step, id: '2', do: 'prove-pull', target: cluster },
				change: { cluster, image: 'r.azurecr.io/nginx:v1', pools: 'nodepool1', namespace: 'default' },
			},
		],
		proof: { by: 'pull-pod', says: '' },
	};
	const lines = buildAzScript(plan).split('\n');
	const at = (text: string) => lines.findIndex((line) => line.includes(text));
	expect(at('az aks get-credentials')).toBeGreaterThan(at('az aks create'));
	expect(at('lanyard-proof-bcdf23452x0')).toBeGreaterThan(at('az aks get-credentials'));
});
