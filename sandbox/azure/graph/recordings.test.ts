import { beforeAll, describe, expect, it } from 'vitest';
import { type Contoso, declaration, openContoso } from '../contoso.ts';
import { bearer, userToken } from '../contoso-client.ts';
import { type Recorded, readRecording, recordings } from '../test-recordings.ts';
import { differencesOf, Translation } from './test-replay.ts';

/** Every recording with Graph in it: replayed from the state that the recording itself makes, in order. */
const files = [
	'role.app_create_idempotent.json',
	'role.app_federated_credential.json',
	'role.create_for_rbac_argument_error.json',
	'role.create_for_rbac_password.json',
	'role.create_for_rbac_password_with_assignment.json',
	'role.group_scenario.json',
	'role.role_assignment_create_update.json',
	'role.role_assignment_handle_conflicted_assignments.json',
	'role.service_principal_scenario.json',
	'role.sp_credential.json',
	'role.sp_show_exit_code.json',
];

const isGraph = ({ uri }: Recorded) => uri.startsWith('https://graph.microsoft.com/');

if (!recordings) console.info('not run: reference material absent');

describe.skipIf(!recordings)('what real Graph answered, Graph here answers', () => {
	let token: string;
	let world: Contoso;
	beforeAll(async () => {
		world = await openContoso({ world: recordedTenant });
		token = await userToken(world, 'admin@azuresdkteam.onmicrosoft.com', 'https://graph.microsoft.com/');
	});

	it.each(recordings ? files : [])('%s', async (file) => {
		const translation = new Translation('azuresdkteam.onmicrosoft.com');
		const found: string[] = [];
		const exchanges = readRecording(file).filter(isGraph);
		expect(exchanges.length).toBeGreaterThan(0);
		for (const recorded of exchanges) {
			const { url, body } = translation.request(recorded);
			const { method } = recorded;
			const content = body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } };
			const answer = await world.send(bearer(url, token, { method, ...content }));
			const told: unknown = answer.status === 204 ? '' : await answer.json();
			translation.learn(recorded, told);
			const about = `${method} ${new URL(url).pathname}`;
			for (const difference of differencesOf(recorded, { answer, told, translation }))
				found.push(`${about}: ${difference}`);
		}
		expect([...new Set(found)]).toEqual([]);
	});
});

const recordedTenant = {
	...declaration,
	tenants: [{ domain: 'azuresdkteam.onmicrosoft.com', users: [{ name: 'admin' }] }, ...declaration.tenants],
};
