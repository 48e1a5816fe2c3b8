import type { Chain, Link } from '@lanyard/core';
import { describe, expect, it } from 'vitest';
import {
	anonymous401,
	failingPod,
	host,
	image,
	known,
	oauth401,
	pullSecret,
	registryFacts,
	role,
	runningPod,
	storyFacts,
} from './story-facts.ts';
import { walk } from './walk.ts';

function verdicts(links: Link[] | undefined): string[] {
	return (links ?? []).map(({ link, verdict }) => `${link} ${verdict}`);
}

function shapeOf(chain: Chain | undefined) {
	return {
		links: verdicts(chain?.links),
		hosts: chain?.hosts.map((one) => [one.host, ...verdicts(one.links)]),
		attempts: chain?.attempts.map(({ credential, links }) => [credential.source, ...verdicts(links)]),
	};
}

const good = { registries: { [host]: registryFacts([role()]) } };

describe('walk', () => {
	it('finds every link of a running pod in order', () => {
		const [chain] = walk(storyFacts({ ...good, pods: [runningPod()] }));
		expect(shapeOf(chain)).toEqual({
			links: ['image ok', 'admission ok', 'presence ok', 'keyring ok'],
			hosts: [[host, 'dns ok', 'network ok']],
			attempts: [
				['provider', 'identity ok', 'exchange ok', 'challenge ok', 'token ok', 'manifest ok', 'layers ok', 'grant ok'],
			],
		});
		expect(chain?.findings).toEqual([]);
	});

	it('shows the refused exchange and then the bare attempt of the story', () => {
		expect(shapeOf(walk(storyFacts())[0])).toEqual({
			links: ['image ok', 'admission ok', 'presence ok', 'keyring ok'],
			hosts: [[host, 'dns ok', 'network ok']],
			attempts: [
				[
					'provider',
					'identity ok',
					'exchange problem',
					'challenge skipped',
					'token skipped',
					'manifest skipped',
					'layers skipped',
					'grant problem',
				],
				['none', 'challenge ok', 'token problem', 'manifest skipped', 'layers skipped'],
			],
		});
	});

	it('shows what the identity met and what the bare attempt after it, where a tag is missing', () => {
		const notFound = `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve image: ${image}: not found`;
		const [chain] = walk(storyFacts({ ...good, pods: [failingPod(`[${notFound}, ${anonymous401}]`)] }));
		expect(shapeOf(chain).attempts).toEqual([
			[
				'provider',
				'identity ok',
				'exchange ok',
				'challenge ok',
				'token ok',
				'manifest problem',
				'layers skipped',
				'grant ok',
			],
			['none', 'challenge ok', 'token problem', 'manifest skipped', 'layers skipped'],
		]);
	});

	it('asks nobody for a host where the kubelet stopped before', () => {
		const pod = failingPod(`Container image "${image}" is not present with pull policy of Never`);
		const [chain] = walk(storyFacts({ ...good, pods: [pod] }));
		expect(shapeOf(chain).hosts).toEqual([[host, 'dns skipped', 'network skipped']]);
	});

	it('warns about a pod that runs on an image which nobody may pull any more', () => {
		const [chain] = walk(storyFacts({ pods: [runningPod()] }));
		expect(chain?.attempts[0]?.links.at(-1)).toMatchObject({ link: 'grant', verdict: 'warning' });
		expect(chain?.findings).toEqual([]);
	});

	it('makes one attempt per matching pull secret, the more specific key first', () => {
		const pod = failingPod(`[${oauth401}, ${oauth401}]`, { pullSecrets: ['wide', 'narrow'] });
		const secrets = { wide: known(pullSecret('wide', host)), narrow: known(pullSecret('narrow', `${host}/nginx`)) };
		const [chain] = walk(storyFacts({ pods: [pod], secrets, managedCluster: known(null) }));
		expect(chain?.attempts.map(({ credential }) => credential.name)).toEqual(['narrow', 'wide']);
		expect(verdicts(chain?.attempts[0]?.links)).toContain('token problem');
	});

	it('makes one chain per image, service account and pull secrets', () => {
		const other = failingPod(anonymous401, { name: 'web-3', serviceAccount: 'builder' });
		const chains = walk(storyFacts({ pods: [...storyFacts().pods, other] }));
		expect(chains.map(({ pull }) => [pull.image, pull.serviceAccount])).toEqual([
			[image, 'default'],
			[image, 'builder'],
		]);
	});

	it('leaves open what pods that have not tried yet cannot show', () => {
		const pod = runningPod();
		const containers = pod.containers.map((one) => ({
			...one,
			state: 'waiting' as const,
			reason: 'ContainerCreating',
			hasStarted: false,
		}));
		const [chain] = walk(storyFacts({ ...good, pods: [{ ...pod, containers }] }));
		expect(shapeOf(chain).hosts).toEqual([[host, 'dns could-not-check', 'network could-not-check']]);
		expect(chain?.findings).toEqual([]);
	});
});
