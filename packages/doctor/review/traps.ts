import { type Call, is, mentions, takes, valueOf } from './call.ts';
import { secretInArguments } from './secret-arguments.ts';

/** A trap that a script steps into. */
export interface Trap {
	/** In kebab-case, for machines. */
	trap: string;
	/** What happens. */
	says: string;
	/** What to write instead. */
	fix: string;
}

/** Looks at one command; `all` is the whole script. */
export type Check = (command: Call, all: readonly Call[]) => Trap | undefined;

/** az takes any unambiguous beginning of a flag for it, and of two spellings of one flag the last counts. */
const twoScopes: Check = (call) => {
	const scopes = call.flags.filter(({ name }) => /^--scopes?$/.test(name));
	if (!is(call, 'az ad sp create-for-rbac') || scopes.length < 2) return undefined;
	return {
		trap: 'scope-given-twice',
		says: `--scope is read as --scopes, and the last one counts: the role is given on ${scopes.at(-1)?.value?.text}, not on ${scopes[0]?.value?.text}`,
		fix: 'Give --scopes once, with the id of the registry.',
	};
};

const spByUri: Check = (call) => {
	const id = valueOf(call, '--id')?.text ?? '';
	if (!is(call, 'az ad sp show') || !/^https?:\/\//.test(id)) return undefined;
	return {
		trap: 'principal-by-uri',
		says: `no service principal answers to "${id}" any more: az no longer gives it that name, so this fails with any current az`,
		fix: 'Keep the appId that create-for-rbac prints, or ask with az ad sp list --display-name NAME.',
	};
};

const uriAsName: Check = (call) => {
	const name = valueOf(call, '--name', '-n')?.text ?? '';
	if (!is(call, 'az ad sp create-for-rbac') || !/^https?:\/\//.test(name)) return undefined;
	return {
		trap: 'uri-as-name',
		says: `the display name becomes "${name}", with http:// in it`,
		fix: `Use --name ${name.replace(/^https?:\/\//, '')}.`,
	};
};

/** A prefix search that is used as if it found exactly one. */
const prefixSearch: Check = (call) => {
	const query = valueOf(call, '--query')?.text ?? '';
	const isList = is(call, 'az ad sp list') || is(call, 'az ad app list');
	const takesFirst = query.startsWith('[0]');
	if (!isList || valueOf(call, '--display-name') === undefined) return undefined;
	if (!takesFirst && !/^\[\]\.(appId|id)$/.test(query)) return undefined;
	return {
		trap: 'search-by-prefix',
		says: `list --display-name finds every name that begins so: with "acr-sp" also "acr-sp2", and then this is ${takesFirst ? 'whichever comes first' : 'two lines'}`,
		fix: `Keep the appId that create-for-rbac prints, or filter: --filter "displayName eq 'NAME'" --query '[0].appId'.`,
	};
};

const skipAssignment: Check = (call) =>
	call.flags.some(({ name }) => name === '--skip-assignment')
		? {
				trap: 'deprecated-flag',
				says: '--skip-assignment is deprecated: no role is given without --role and --scopes anyway',
				fix: 'Leave it out.',
			}
		: undefined;

const readerRole: Check = (call) => {
	const role = valueOf(call, '--role')?.text.toLowerCase() ?? '';
	const scope = valueOf(call, '--scope', '--scopes')?.text ?? '';
	const isGrant = is(call, 'az role assignment create') || is(call, 'az ad sp create-for-rbac');
	if (!isGrant || !/acr|registr/i.test(scope) || !['reader', 'contributor', 'owner'].includes(role)) return undefined;
	const more = role === 'reader' ? 'reads the whole registry resource' : 'changes and deletes the registry, too';
	return {
		trap: 'role-wider-than-pull',
		says: `${valueOf(call, '--role')?.text} ${more}, and gives no pull at all where the registry is in ABAC mode`,
		fix: 'Use --role AcrPull; in ABAC mode --role "Container Registry Repository Reader". lanyard attach picks.',
	};
};

/** A token of three hours that goes into something that lasts. */
const exposedToken: Check = (call, all) => {
	if (!is(call, 'az acr login') || !call.flags.some(({ name }) => name === '--expose-token')) return undefined;
	if (!isKept(call, all)) return undefined;
	return {
		trap: 'short-token-as-secret',
		says: 'what --expose-token prints ends 3 h 15 min later, and with it every pull by this secret',
		fix: "Give the nodes' identity the role: lanyard attach. Off AKS: lanyard secret create --from token, which lasts.",
	};
};

/** Its variable goes into a secret; without one, a pull secret is made of what was printed, unless a login takes that at once. */
function isKept(call: Call, all: readonly Call[]): boolean {
	const { into } = call.command;
	if (into !== undefined) return all.some((one) => /^kubectl (create secret|apply)/.test(one.name) && takes(one, into));
	const at = all.indexOf(call);
	const isUsedAtOnce = all
		.slice(at + 1, at + 3)
		.some(({ flags }) => flags.some(({ name }) => name === '--password-stdin'));
	return !isUsedAtOnce && all.some((one) => is(one, 'kubectl create secret docker-registry'));
}

const secretPrinted: Check = (call, all) => {
	if (!is(call, 'echo') || !isShown(call)) return undefined;
	const made = all.filter(
		(one) =>
			one.command.into !== undefined &&
			is(one, 'az ad sp create-for-rbac') &&
			valueOf(one, '--query')?.text === 'password',
	);
	const shown = made.find(({ command: { into = '' } }) => takes(call, into));
	if (!shown) return undefined;
	return {
		trap: 'secret-printed',
		says: `$${shown.command.into} is a password: printed, it stays in the terminal and in the logs of a pipeline`,
		fix: 'Leave it out, or let lanyard secret create write the secret, which prints none.',
	};
};

/** Neither handed to the next command nor written to a file. */
function isShown({ command: { isPiped, words } }: Call): boolean {
	const targets = words.flatMap(({ text, isRedirection }, index) => {
		const target = isRedirection ? /^[1&]?>+(.*)$/s.exec(text)?.[1] : undefined;
		return target === undefined ? [] : [target || (words[index + 1]?.text ?? '')];
	});
	return isPiped !== true && targets.every((target) => /^(&[12]|\/dev\/(stdout|stderr|tty))$/.test(target));
}

const killsOldPassword: Check = (call, all) => {
	const name = valueOf(call, '--name', '-n');
	if (!is(call, 'az ad sp create-for-rbac') || name === undefined) return undefined;
	const isFirst = all.find((one) => is(one, 'az ad sp create-for-rbac')) === call;
	if (!isFirst) return undefined;
	const isReset = all.some((one) => is(one, 'kubectl create secret'));
	const queriesPassword = valueOf(call, '--query')?.text === 'password';
	if (!isReset && !queriesPassword) return undefined;
	return {
		trap: 'rerun-ends-passwords',
		says: `run again under the same name, this ends every password that "${name.text}" has: pull secrets made before stop working`,
		fix: 'Use lanyard secret create, and later lanyard secret rotate, which adds a second password first.',
	};
};

/** `msi` is what a managed-identity cluster says where a service principal would stand. */
const msiAsPrincipal: Check = (call, all) => {
	const query = valueOf(call, '--query')?.text ?? '';
	if (!is(call, 'az aks show') || !/servicePrincipalProfile\.clientId/.test(query)) return undefined;
	const { into } = call.command;
	const isUsed = all.some(
		(one) => is(one, 'az role assignment create') && (into === undefined || isAssignee(one, into)),
	);
	if (!isUsed) return undefined;
	return {
		trap: 'msi-is-no-principal',
		says: 'on clusters with managed identity this is the word "msi", and the role assignment fails; almost all clusters are such',
		fix: 'Ask for identityProfile.kubeletidentity.objectId, or use lanyard attach, which knows both kinds of clusters.',
	};
};

function isAssignee(call: Call, variable: string): boolean {
	const assignee = valueOf(call, '--assignee');
	return assignee !== undefined && mentions(assignee, variable);
}

const attachOnAbac: Check = (call, all) => {
	const registry = valueOf(call, '--attach-acr');
	if (registry === undefined) return undefined;
	const isAbac = all.some(
		(one) =>
			(is(one, 'az acr create') || is(one, 'az acr update')) &&
			valueOf(one, '--role-assignment-mode')?.text.toLowerCase() === 'rbac-abac' &&
			valueOf(one, '--name', '-n')?.text === registry.text,
	);
	if (!isAbac) return undefined;
	return {
		trap: 'attach-on-abac-registry',
		says: '--attach-acr gives AcrPull, which a registry in ABAC mode does not honour: it succeeds, and every pull is refused',
		fix: 'Use lanyard attach, which gives Container Registry Repository Reader there.',
	};
};

/** Every check, in the order in which one line's findings are told. */
export const checks: readonly Check[] = [
	twoScopes,
	spByUri,
	uriAsName,
	prefixSearch,
	skipAssignment,
	readerRole,
	exposedToken,
	secretInArguments,
	secretPrinted,
	killsOldPassword,
	msiAsPrincipal,
	attachOnAbac,
];
