import type { State } from '../state.ts';
import type { Asked } from './asked.ts';
import { entraRefusals } from './refusal.data.ts';
import type { EntraRefusal } from './refusal.ts';
import { azureCliId } from './sign-in.ts';

/** Microsoft's own clients without a secret, which every tenant knows: CLI, PowerShell, Visual Studio (Code), kubelogin. */
const everywhere = new Set([
	azureCliId,
	'1950a258-227b-4e31-a9cf-717495945fc2',
	'04f0c124-f2bc-4f59-8241-bf6df9866bbd',
	'aebc6443-996d-45c2-90f0-388ff96faa56',
	'80faf920-1908-4b52-b5ef-a8e7bedfc67a',
]);

/** Why a client may not sign users in without a secret; nothing if it may. */
export function refusePrivateClient({ directory }: State, { tenant, field }: Asked): EntraRefusal | undefined {
	const clientId = field('client_id').toLowerCase();
	if (clientId === '') return entraRefusals.missingParameter('client_id');
	if (everywhere.has(clientId)) return undefined;
	const application = tenant && directory.applicationOf(tenant.id, clientId);
	if (!application) return entraRefusals.unknownApplication(clientId, tenant?.domain ?? 'organizations');
	return application.details?.['isFallbackPublicClient'] === true ? undefined : entraRefusals.noSecret();
}
