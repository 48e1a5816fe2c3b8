import { Problem } from '@lanyard/core';
import { grantsAction } from '@lanyard/wire';
import { withPatience } from '../patience.ts';
import { type Action, given } from '../run.ts';

/** Proves a credential that we hold: the registry grants a token for the repository. A new role may take a while to count. */
const proveCredential: Action = async (doing, run) => {
	const minted = run.minted.get(given(doing, 'credential'));
	if (!minted) throw new Error(`step ${given(doing, 'credential')} has left no credential`);
	const { hands } = run;
	const repository = given(doing, 'repository');
	const tokenHosts = doing.change['tokenHosts']?.split(',') ?? [];
	const registry = hands.registryAs(given(doing, 'host'), minted.credential, { tokenHosts });
	const wait = { what: 'Azure to replicate the role', isPassing: isRefused };
	await withPatience(hands, wait, async () => {
		const token = await registry.accessToken(repository, ['pull']);
		// What a token does not say of itself shows when it is used.
		if (token.isOpaque) await registry.tags(repository);
		else if (!grantsAction(token, repository, 'pull')) {
			throw new Problem(registry.refused, {
				wanted: `a token for pull on "${repository}"`,
				found: 'a token without it',
				where: registry.loginServer,
			});
		}
	});
	return { repository };
};

/** What a refusal looks like while a new role or password is not known everywhere yet. */
function isRefused({ code }: Problem): boolean {
	return ['secret-wrong-credentials', 'identity-lacks-pull-role', 'sp-invalid-or-expired'].includes(code);
}

/** Proof within a plan, before what was there is taken away. */
export const proofActions = { 'prove-credential': proveCredential };
