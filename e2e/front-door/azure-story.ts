import type { Sandbox } from '@lanyard/sandbox-world';

import type { AzShell } from '../az/az-shell.ts';
import { expectThat } from '../check.ts';
import { doorPulls, madeRegistry, roleStoryRegistry } from './door-pulls.ts';

/** Registries that are there, one for each pull but the one that `az` makes; nobody may pull anything yet. */
export const doorWorld = {
	settings: { replicationDelay: '0s', directoryDelay: '0s' },
	tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana', password: 'Horse-11' }] }],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: [...doorPulls.map(({ registry }) => registry), roleStoryRegistry]
		.filter((registry) => registry !== madeRegistry)
		.map((name) => ({ name, group: 'rg', ...(name === 'notcovered' && { roleMode: 'ABAC' as const }) })),
	assignments: [{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' }],
};

export interface Login {
	username: string;
	password: string;
}

/** What the node and the pusher need to know of what `az` made. */
export interface MadeWithAz {
	/** May push everywhere. */
	pusher: Login;
	/** May pull from `refusedsecretgood` alone. */
	puller: Login;
	node: { clientId: string; tenantId: string; subscriptionId: string };
	az(command: string): Promise<string>;
}

/** A registry, a cluster and the roles that the pulls need, made with the real Azure CLI from the workstation. */
export async function makeWithAz({ proxyUrl }: Sandbox, shell: AzShell): Promise<MadeWithAz> {
	const run = async (args: string[]) => {
		const { status, stdout, stderr } = await shell.run(args, { account: 'ana', proxyUrl });
		expectThat(status === 0, `"az ${args.slice(0, 3).join(' ')} …" ended with ${status}: ${stderr.trim()}`);
		return stdout.trim();
	};
	const az = (command: string) => run(command.split(' '));
	const words = async (command: string) => (await az(`${command} -o tsv`)).split(/\s+/);

	await az('login -u ana@contoso.onmicrosoft.com -p Horse-11');
	const [subscriptionId = '', tenantId = ''] = await words('account show --query [id,tenantId]');
	const group = `/subscriptions/${subscriptionId}/resourceGroups/rg`;
	const registryId = (name: string) => `${group}/providers/Microsoft.ContainerRegistry/registries/${name}`;
	const give = (role: string, { to, at, more = [] }: { to: string; at: string; more?: string[] }) =>
		run(['role', 'assignment', 'create', '--assignee', to, '--role', role, '--scope', registryId(at), ...more]);
	const newPrincipal = async (name: string, role: string, scope: string): Promise<Login> => {
		const made = `ad sp create-for-rbac -n ${name} --role ${role} --scopes ${scope} --query [appId,password]`;
		const [username = '', password = ''] = await words(made);
		return { username, password };
	};

	await az(`acr create -n ${madeRegistry} -g rg --sku Basic`);
	await az(`aks create -n madecluster -g rg --no-ssh-key --node-count 1 --attach-acr ${madeRegistry}`);
	const kubelet = '--query identityProfile.kubeletidentity.[clientId,objectId]';
	const [clientId = '', objectId = ''] = await words(`aks show -n madecluster -g rg ${kubelet}`);
	const pusher = await newPrincipal('pusher', 'AcrPush', group);
	const puller = await newPrincipal('puller', 'AcrPull', registryId('refusedsecretgood'));
	await give('AcrPull', { to: objectId, at: 'grantedsecretwrong' });
	const condition = ['--condition-version', '2.0', '--condition', onlyOther];
	await give('Container Registry Repository Reader', { to: objectId, at: 'notcovered', more: condition });
	await give('Container Registry Repository Writer', { to: pusher.username, at: 'notcovered' });
	await az('acr update -n guestswelcome --anonymous-pull-enabled true');
	return { pusher, puller, node: { clientId, tenantId, subscriptionId }, az };
}

/** Lets its holder read another repository than the one that is pulled. */
const onlyOther = [
	"((!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/read'}))",
	'OR',
	"(@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase 'other'))",
].join(' ');
