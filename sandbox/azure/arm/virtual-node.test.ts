import { expect, it } from 'vitest';
import { openContoso } from '../contoso.ts';
import { arm, bodyOf, userToken } from '../contoso-client.ts';
import { openResources } from './model.ts';

it('the add-on for virtual nodes has an identity in the group of the nodes, as long as it is on', async () => {
	const world = await openContoso({ settings: { replicationDelayMs: 0 } });
	const token = await userToken(world, 'ana@contoso.onmicrosoft.com');
	const { clusters, identities } = openResources(world.store);
	const [cluster] = clusters.under('').filter(({ kubelet }) => kubelet !== undefined);
	const path = cluster?.id ?? '';
	const shown = await bodyOf(await arm(world, token, { path }));
	const put = async (enabled: boolean) => {
		const profile = { enabled, config: enabled ? { SubnetName: 'virtual-node-aci' } : null };
		const { properties, ...rest } = Object(shown);
		const body = { ...rest, properties: { ...properties, addonProfiles: { aciConnectorLinux: profile } } };
		const answer = await arm(world, token, { path, method: 'PUT', body });
		world.clock.jump(60_000);
		return [answer.status, await bodyOf(await arm(world, token, { path }))];
	};
	const own = () => identities.under('').filter(({ name }) => name === `aciconnectorlinux-${cluster?.name ?? ''}`);
	const [status, on] = await put(true);
	const [identity] = own();
	expect([status, identity?.group]).toEqual([200, cluster?.nodeGroup]);
	expect(on).toMatchObject({
		properties: {
			addonProfiles: {
				aciConnectorLinux: { enabled: true, identity: { clientId: identity?.clientId, objectId: identity?.objectId } },
			},
		},
	});
	expect(await put(false)).toMatchObject([
		200,
		{ properties: { addonProfiles: { aciConnectorLinux: { enabled: false } } } },
	]);
	expect(own()).toEqual([]);
});
