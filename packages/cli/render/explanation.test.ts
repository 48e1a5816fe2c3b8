import type { Finding } from '@lanyard/core';
import type { Explanation } from '@lanyard/doctor';
import pc from 'picocolors';
import { expect, it } from 'vitest';

import { renderChains } from './chain.ts';
import { renderExplanation } from './explanation.ts';

const image = 'myregistry.azurecr.io/nginx:v1';
const finding: Finding = {
	code: 'identity-lacks-pull-role',
	link: 'grant',
	shownAt: 'token',
	confidence: 'certain',
	sentence: "the nodes' identity has no pull role on this registry",
	evidence: [],
	candidates: [],
	decides: null,
	fix: { sentence: 'Grant AcrPull on the registry to this identity.' },
};

function explanationOf(kind: Explanation['target']['kind'], findings: Finding[]): Explanation {
	const target = { kind, name: kind === 'namespace' ? 'shop' : 'web', namespace: 'shop' };
	const pull = { image, cluster: 'mycluster', namespace: 'shop', pod: 'web-1', serviceAccount: 'default' };
	return {
		...{ schema: 'lanyard.dev/explanation/v1', world: 'sandbox:default', cluster: 'mycluster', namespace: 'shop' },
		...{ target, failing: [{ pods: 2, of: 3, pod: 'web-1', image }], findings, read: [] },
		chains: [{ schema: 'lanyard.dev/chain/v1', world: '', pull, links: [], hosts: [], attempts: [], findings }],
	};
}

const style = pc.createColors(false);
const explain = 'lanyard explain deployment/web --world sandbox';

it.each([
	['deployment', '✗ web cannot pull'],
	['namespace', '✗ pod/web-1 and 1 more cannot pull'],
] as const)('says in a %s who cannot pull', (kind, words) => {
	const text = renderExplanation(explanationOf(kind, [finding]), { title: 'T', style, now: new Date(0) });
	expect(text).toContain(`${words} ${image}        2 of 3 pods\n`);
});

it('names the one chain of a namespace, and leads on from what fails', () => {
	const told = (...what: Parameters<typeof explanationOf>) =>
		renderChains(explanationOf(...what), { title: 'T', style, explain })
			.split('\n')
			.slice(2)
			.filter(Boolean);
	expect(told('deployment', [])).toEqual([]);
	expect(told('namespace', [])).toEqual([`pod/web-1 · ${image}`]);
	expect(told('deployment', [finding])).toEqual([`  next  ${explain}`]);
});
