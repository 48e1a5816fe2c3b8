/** A tenant with an administrator, a member and an application; a registry; one node. */
export const identityWorld = {
	settings: { replicationDelay: '0s' },
	tenants: [
		{
			domain: 'contoso.onmicrosoft.com',
			users: [
				{ name: 'ana', password: 'Horse-11', roles: ['Global Administrator'] },
				{ name: 'ben', password: 'Staple-22', roles: [] },
			],
			applications: [{ name: 'ci', password: 'ci-secret-of-this-test' }],
		},
	],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: [{ name: 'myregistry', group: 'myResourceGroup' }],
	clusters: [{ name: 'mycluster', group: 'myResourceGroup', nodes: 1 }],
	assignments: [
		{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: 'ben@contoso.onmicrosoft.com', role: 'Reader', scope: 'myregistry' },
		{ principal: 'ci', role: 'Reader', scope: 'myregistry' },
		{ principal: 'mycluster', role: 'Reader', scope: 'myregistry' },
	],
};
