/** What to do about a refusal that no role decided: by the sentence that the deciding part gave. */
import type { Remedy } from '@lanyard/sandbox-ground';

import type { LogLine } from './request-log.ts';

/** What scope maps call the actions of a token. */
const scopeMapActions: Record<string, string> = {
	pull: 'content/read',
	push: 'content/write',
	delete: 'content/delete',
	metadata_read: 'metadata/read',
	metadata_write: 'metadata/write',
};

type Rule = [said: RegExp, remedy: (line: LogLine, found: RegExpMatchArray) => Remedy];

const registryOf = ({ host }: LogLine) => host.split('.')[0] ?? host;
const signIn = 'sign in again: az login, then az acr login or docker login';

/** The first one that fits counts: the more special ones come first. */
const rules: Rule[] = [
	[
		/AADSTS7000(?:215|222)/,
		({ shown }) => ({
			says: 'use a secret of this application that exists and has not ended; a further one leaves the others as they are',
			command: `az ad app credential reset --id ${shown?.subject ?? 'APPLICATION-ID'} --append`,
		}),
	],
	[/AADSTS50126/, () => ({ says: 'use the password that the world declares for this user' })],
	[/AADSTS(?:70008|700082)/, () => ({ says: 'sign in again: az login' })],
	[
		/admin user is disabled/,
		(line) => ({
			says: 'turn the admin user on, or sign in as an identity that has a role',
			command: `az acr update --name ${registryOf(line)} --admin-enabled true`,
		}),
	],
	[
		/anonymous pull is off|anonymous callers/,
		(line) => ({
			says: 'show a credential (docker login), or let everybody pull',
			command: `az acr update --name ${registryOf(line)} --anonymous-pull-enabled true`,
		}),
	],
	[
		/carries no "/,
		() => ({
			says: 'get a new refresh token (az acr login, docker login): the role is newer than the one that was shown',
		}),
	],
	[/expired \d+ s ago|has ended|could be used until/, () => ({ says: signIn })],
	[/not valid yet/, () => ({ says: 'set the clock of the machine that asks: its token is from the future' })],
	[
		/for the audience/,
		({ host }) => ({
			says: host.endsWith('azurecr.io')
				? 'ask Entra for a token for https://containerregistry.azure.net'
				: `ask Entra for a token for https://${host}`,
		}),
	],
	[/not signed|no JWT|issuer is/, () => ({ says: `show a token that this world has issued: ${signIn}` })],
	[/of the tenant .*, the registry of/, () => ({ says: "use an identity of the registry's own tenant" })],
	[
		/(?:firewall|network rule|not allowed from|public (?:network )?access)/i,
		(line) => ({
			says: `let ${line.address} in, or ask from an address that is let in`,
			command: `az acr network-rule add --name ${registryOf(line)} --ip-address ${line.address}`,
		}),
	],
	[
		/"([\w/]+)" dropped: the scope map "([^"]+)" .* on "([^"]+)"/,
		(line, [, action = '', map = '', repository = '']) => ({
			says: `add the repository "${repository}" to the scope map "${map}"`,
			command: `az acr scope-map update --registry ${registryOf(line)} --name ${map} --add-repository ${repository} ${scopeMapActions[action] ?? 'content/read'}`,
		}),
	],
	[
		/password/,
		(line) => ({
			says: 'use a password that this user has and that has not ended',
			command: `az acr token credential generate --registry ${registryOf(line)} --name ${line.shown?.subject ?? 'TOKEN'} --password1`,
		}),
	],
	[
		/there is no user/,
		() => ({ says: "log in as an application (its id), a repository token (its name) or the registry's admin user" }),
	],
	[
		/a role was given for some repositories/,
		() => ({ says: 'change the condition of that role, or give a role without one' }),
	],
	[
		/not part of the sandbox/,
		() => ({ says: 'ask a host that the world imitates: nothing is passed on to the network' }),
	],
	[/no token was shown|no credential was shown/, () => ({ says: signIn })],
];

/** What turns a refused request around; undefined where nobody knows. */
export function remedyFor(line: LogLine): Remedy | undefined {
	const { decision } = line;
	if (!decision || decision.allowed) return undefined;
	if (decision.remedy) return decision.remedy;
	for (const [said, remedy] of rules) {
		const found = decision.reason.match(said);
		if (found) return remedy(line, found);
	}
	return undefined;
}
