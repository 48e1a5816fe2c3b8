import type { ScriptCommand, Word } from './script.ts';

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
type Check = (command: Call, all: readonly Call[]) => Trap | undefined;

/** A command with its flags read. */
export interface Call {
	command: ScriptCommand;
	/** `az acr create` */
	name: string;
	/** The last value of each flag, in the order of the script. */
	flags: { name: string; value: Word | undefined }[];
}

/** Reads the flags of a command: `--name value`, `--name=value`, `-n value`. */
export function callOf(command: ScriptCommand): Call {
	const { words } = command;
	const at = words.findIndex(({ text }) => text.startsWith('-'));
	const named = at === -1 ? words : words.slice(0, at);
	const flags = words.flatMap((word, index) => {
		const [, name, value] = /^(--?[A-Za-z][\w-]*)(?:=(.*))?$/s.exec(word.text) ?? [];
		if (name === undefined) return [];
		const next = words[index + 1];
		const isFlag = next === undefined || /^--?[A-Za-z]/.test(next.text);
		return [{ name, value: value === undefined ? (isFlag ? undefined : next) : { ...word, text: value } }];
	});
	return { command, name: named.map(({ text }) => text).join(' '), flags };
}

function valueOf({ flags }: Call, ...names: string[]): Word | undefined {
	return flags.findLast(({ name }) => names.includes(name))?.value;
}

function is({ name }: Call, command: string): boolean {
	return name === command || name.startsWith(`${command} `);
}

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
	if (!isList || valueOf(call, '--display-name') === undefined || !/^\[\]\.(appId|id)$/.test(query)) return undefined;
	return {
		trap: 'search-by-prefix',
		says: 'list --display-name finds every name that begins so: with "acr-sp" also "acr-sp2", and then this is two lines',
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
	const { into } = call.command;
	const isKept = all.some(
		(one) =>
			/^kubectl (create secret|apply)|^helm registry login/.test(one.name) &&
			(into === undefined || one.command.words.some(({ text }) => text.includes(into))),
	);
	if (!isKept) return undefined;
	return {
		trap: 'short-token-as-secret',
		says: 'what --expose-token prints ends 3 h 15 min later, and with it every pull by this secret',
		fix: "Give the nodes' identity the role: lanyard attach. Off AKS: lanyard secret create --from token, which lasts.",
	};
};

const secretFlags = new Set(['--docker-password', '--password', '--client-secret', '-p', '--docker-password-stdin=']);

/** A password that every user of the machine can read in the process list. */
const secretInArguments: Check = (call) => {
	const isLogin =
		/^(kubectl create secret|docker login|podman login|helm registry login|skopeo login|az login|az acr login)/;
	if (!isLogin.test(call.name)) return undefined;
	const flag = call.flags.find(({ name, value }) => secretFlags.has(name) && value !== undefined);
	if (!flag) return undefined;
	const { value } = flag;
	const isBroken = value?.isSplit && !value.isQuoted;
	return {
		trap: isBroken ? 'secret-unquoted-argument' : 'secret-as-argument',
		says: `the value of ${flag.name} stands in the process list for every user of the machine, and in the shell's history${isBroken ? '; without quotes a password with spaces or * in it is broken apart' : ''}`,
		fix: call.name.startsWith('kubectl')
			? 'Use lanyard secret create NAME --registry HOST --user USER --password-stdin.'
			: 'Use --password-stdin.',
	};
};

const secretPrinted: Check = (call, all) => {
	if (!is(call, 'echo')) return undefined;
	const made = all.filter(
		(one) =>
			one.command.into !== undefined &&
			is(one, 'az ad sp create-for-rbac') &&
			valueOf(one, '--query')?.text === 'password',
	);
	const shown = made.find(({ command: { into = '' } }) =>
		call.command.words.some(({ text }) => new RegExp(`\\$\\{?${into}\\b`).test(text)),
	);
	if (!shown) return undefined;
	return {
		trap: 'secret-printed',
		says: `$${shown.command.into} is a password: printed, it stays in the terminal and in the logs of a pipeline`,
		fix: 'Leave it out, or let lanyard secret create write the secret, which prints none.',
	};
};

const killsOldPassword: Check = (call, all) => {
	const isFirst = all.find((one) => is(one, 'az ad sp create-for-rbac')) === call;
	const name = valueOf(call, '--name', '-n');
	if (!isFirst || !is(call, 'az ad sp create-for-rbac') || name === undefined) return undefined;
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
		(one) =>
			is(one, 'az role assignment create') &&
			(into === undefined || valueOf(one, '--assignee')?.text.includes(into) === true),
	);
	if (!isUsed) return undefined;
	return {
		trap: 'msi-is-no-principal',
		says: 'on clusters with managed identity this is the word "msi", and the role assignment fails; almost all clusters are such',
		fix: 'Ask for identityProfile.kubeletidentity.objectId, or use lanyard attach, which knows both kinds of clusters.',
	};
};

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
