import type { Plan, Step } from '@lanyard/core';
import { noteAnnotation, planAnnotation } from '../secret-note.ts';
import { kubectl, nameSecret, noteSecret, provePull, takeFromSecret, unnameSecret } from './kubectl.ts';
import { quote, variable } from './shell.ts';

/*
 * A plan as a script for bash with az and kubectl. Passwords stay in shell variables and go to kubectl through its standard
 * input, for whatever is an argument can be read by every user of the machine. `printf` is a builtin of bash, so it is none.
 */

/** Writes the script that reaches the same world as the plan. */
export function buildAzScript(plan: Plan): string {
	const { method, target } = plan.goal;
	const about = Object.entries(target).map(([name, value]) => `${name} ${value}`);
	const head = [
		'#!/usr/bin/env bash',
		`# lanyard plan ${plan.id}: ${method}, ${about.join(', ')}`,
		'set -euo pipefail',
		...contextLines(plan),
	];
	return [...head, ...plan.steps.flatMap((step) => ['', `# ${step.id}. ${step.says}`, ...linesOf(step, plan)])].join(
		'\n',
	);
}

/** Steps name a cluster by its resource id or by a context; kubectl takes only the latter. */
function contextLines(plan: Plan): string[] {
	const clusters = new Set(plan.steps.flatMap(({ change }) => change['cluster'] ?? []));
	const isMade = (id: string) => plan.steps.some(({ do: verb, target }) => verb === 'create-cluster' && target === id);
	return [...clusters].filter((id) => id.startsWith('/') && !isMade(id)).map(credentialsLine);
}

function credentialsLine(cluster: string): string {
	return `az aks get-credentials ${registryNamed(cluster)} --overwrite-existing`;
}

type Lines = (change: Record<string, string>, at: { step: Step; plan: Plan }) => string[];

function linesOf(step: Step, plan: Plan): string[] {
	const write = lines[step.do];
	if (!write) throw new Error(`no script is known for "${step.do}"`);
	return write(step.change, { step, plan });
}

/** The verbs that can be written as a script: a test holds them to those that plans have. */
export function exportedVerbs(): string[] {
	return Object.keys(lines);
}

function flag(name: string, value: string | undefined): string {
	return value === undefined || value === '' ? '' : ` --${name} ${quote(value)}`;
}

const assignRole: Lines = (change) => [
	`az role assignment create --name ${quote(change['name'] ?? '')} --assignee-object-id ${quote(change['principalId'] ?? '')} \\`,
	`  --assignee-principal-type ${change['principalType']} --role ${quote(change['roleDefinitionId']?.split('/').at(-1) ?? '')} \\`,
	`  --scope ${quote(change['scope'] ?? '')}${flag('condition', change['condition'])}${flag('condition-version', change['conditionVersion'])}`,
];

const makePrincipal: Lines = ({ displayName = '' }, { step: { id } }) => [
	`${variable(id, 'appId')}=$(az ad app create --display-name ${quote(displayName)} --sign-in-audience AzureADMyOrg --query appId --output tsv)`,
	`${variable(id, 'application')}=$(az ad app show --id "$${variable(id, 'appId')}" --query id --output tsv)`,
	`${variable(id, 'principal')}=$(az ad sp create --id "$${variable(id, 'appId')}" --query id --output tsv)`,
];

const addPassword: Lines = (change, { step: { id }, plan }) => [
	`${variable(id, 'value')}=$(az ad app credential reset --id ${quote(change['application'] ?? '')} --append \\`,
	`  --display-name ${quote(`lanyard ${plan.id}/${id}`)} --end-date ${quote(change['endsAt'] ?? '')} --query password --output tsv)`,
	`${variable(id, 'user')}=$(az ad app show --id ${quote(change['application'] ?? '')} --query appId --output tsv)`,
	`${variable(id, 'id')}=$(az ad app credential list --id ${quote(change['application'] ?? '')} --query "[?displayName=='lanyard ${plan.id}/${id}'].keyId" --output tsv)`,
];

/** az names a registry and its group, never its id. */
function registryFlags(id = ''): string {
	const [, , subscription = '', , group = '', , , , name = ''] = id.split('/');
	return `--subscription ${quote(subscription)} --resource-group ${quote(group)} --registry ${quote(name)}`;
}

function registryNamed(id = ''): string {
	return registryFlags(id).replace('--registry', '--name');
}

const makeToken: Lines = ({ registry, name = '', repositories = '' }) => [
	`az acr scope-map create ${registryFlags(registry)} --name ${quote(name)} --description 'made by lanyard' \\`,
	...repositories.split(',').map((one) => `  --repository ${quote(one)} content/read metadata/read \\`),
	'  --output none',
	`az acr token create ${registryFlags(registry)} --name ${quote(name)} --scope-map ${quote(name)} --no-passwords true --output none`,
];

const addTokenPassword: Lines = ({ registry, token = '', inUse, endsAt }, { step: { id } }) => {
	const name = token.split('/').at(-1) ?? '';
	const which = inUse === 'password1' ? 2 : 1;
	const expiry = endsAt ? flag('expiration', endsAt) : '';
	return [
		`${variable(id, 'value')}=$(az acr token credential generate ${registryFlags(registry)} --name ${quote(name)} --password${which}${expiry} \\`,
		`  --query 'passwords[${which - 1}].value' --output tsv)`,
		`${variable(id, 'user')}=${quote(name)}`,
		`${variable(id, 'id')}=password${which}`,
	];
};

const takeAdminPassword: Lines = ({ registry, inUse }, { step: { id } }) => {
	const which = inUse === 'password' ? 'password2' : 'password';
	const renew =
		inUse === undefined
			? []
			: [`az acr credential renew ${registryNamed(registry)} --password-name ${which} --output none`];
	const show = `az acr credential show ${registryNamed(registry)}`;
	return [
		...renew,
		`${variable(id, 'value')}=$(${show} --query "passwords[?name=='${which}'].value" --output tsv)`,
		`${variable(id, 'user')}=$(${show} --query username --output tsv)`,
		`${variable(id, 'id')}=${which}`,
	];
};

const exchangeToken: Lines = ({ servers = '' }, { step: { id } }) => [
	`${variable(id, 'value')}=$(az acr login --name ${quote(servers.split('.')[0] ?? '')} --expose-token --query refreshToken --output tsv)`,
	`${variable(id, 'user')}=00000000-0000-0000-0000-000000000000`,
	`${variable(id, 'id')}=refresh-token`,
];

const takeLogin: Lines = ({ servers = '' }, { step: { id } }) => [
	`read -r -p ${quote(`user for ${servers}: `)} ${variable(id, 'user')}`,
	`read -r -s -p ${quote(`password for ${servers}: `)} ${variable(id, 'value')}`,
	`${variable(id, 'id')}=given`,
];

/** JSON escapes what base64 does not have to: user and password reach the secret inside `auth` only. */
const writeSecret: Lines = (change, { step, plan }) => {
	const { namespace = '', name = '', credentials = '' } = change;
	const sources = credentials.split(',').flatMap((id) => plan.steps.find((one) => one.id === id) ?? []);
	const auths = sources.map(
		({ id }) =>
			`auth_${step.id}_${id}=$(printf '%s:%s' "$${variable(id, 'user')}" "$${variable(id, 'value')}" | base64 -w0)`,
	);
	const entries = sources.flatMap(({ id, change: { servers = '' } }) =>
		servers.split(',').map((server) => String.raw`\"${server}\":{\"auth\":\"$auth_${step.id}_${id}\"}`),
	);
	const notes = sources.flatMap(({ id, change: { servers = '', source = '', registry, application, token, endsAt } }) =>
		servers.split(',').map((server) => {
			const known = { server, source, registry, application, token, id: `{${id}.id}`, endsAt };
			return Object.fromEntries(Object.entries(known).filter(([, value]) => value));
		}),
	);
	const run = kubectl({ ...change, namespace });
	const renews = change['renews'] === 'true';
	return [
		...auths,
		String.raw`config="{\"auths\":{${entries.join(',')}}}"`,
		`notes=${quote(JSON.stringify(notes))}`,
		...(change['mode'] === 'update' ? keepOthers(run, name) : []),
		...(renews ? [madeBy(run, name)] : []),
		`config=$(printf '%s' "$config" | base64 -w0)`,
		`${run} apply --server-side --force-conflicts -f - <<YAML`,
		'apiVersion: v1',
		'kind: Secret',
		'metadata:',
		`  name: ${name}`,
		'  labels: {app.kubernetes.io/managed-by: lanyard}',
		'  annotations:',
		`    ${planAnnotation}: ${renews ? `\${made_by:-${plan.id}}` : plan.id}`,
		`    ${noteAnnotation}: '$notes'`,
		'type: kubernetes.io/dockerconfigjson',
		'data:',
		'  .dockerconfigjson: $config',
		'YAML',
	];
};

/** Renewed, a secret stays what the plan made that wrote it first: taking that one back takes the secret away. */
function madeBy(run: string, name: string): string {
	const path = `'{.metadata.annotations.${planAnnotation.replace('.', String.raw`\.`)}}'`;
	return `made_by=$(${run} get secret ${quote(name)} --ignore-not-found --output jsonpath=${path})`;
}

/**
 * Logins for other registries that are in the secret stay, and the notes on them. It takes a program that reads JSON: Python has one
 * wherever az was installed by hand, and is part of most systems. Everything reaches it on its standard input.
 */
function keepOthers(run: string, name: string): string[] {
	return [
		'# what else is in the secret stays; this takes python3',
		'{ read -r config; read -r notes; } < <({',
		`  ${run} get secret ${quote(name)} --ignore-not-found --output json | base64 -w0; echo`,
		`  printf '%s' "$config" | base64 -w0; echo`,
		`  printf '%s' "$notes" | base64 -w0; echo`,
		`} | python3 -c '`,
		'import base64, json, sys',
		'secret, config, notes = [json.loads(base64.b64decode(line) or b"{}") for line in sys.stdin]',
		'before = json.loads(base64.b64decode(secret.get("data", {}).get(".dockerconfigjson", "")) or b"{}")',
		`noted = json.loads(secret.get("metadata", {}).get("annotations", {}).get("${noteAnnotation}", "[]"))`,
		'noted = [one for one in noted if one["server"] not in config["auths"]]',
		'print(json.dumps({"auths": {**before.get("auths", {}), **config["auths"]}}))',
		'print(json.dumps(noted + notes))',
		`')`,
	];
}

const createCluster: Lines = (change, { plan }) => {
	const { id = '', location, pool, count, vmSize, kubernetesVersion, controlPlane, kubelet } = change;
	const own = controlPlane === undefined ? ' --enable-managed-identity' : '';
	return [
		`az aks create ${registryNamed(id)}${flag('location', location)}${flag('nodepool-name', pool)}${flag('node-count', count)} \\`,
		`  ${`${flag('node-vm-size', vmSize)}${flag('kubernetes-version', kubernetesVersion)}`.trim()} --no-ssh-key --tags lanyard-plan=${plan.id} \\`,
		`  ${`${own}${flag('assign-identity', controlPlane)}${flag('assign-kubelet-identity', kubelet)} --yes --output none`.trim()}`,
		credentialsLine(id),
	];
};

const lines: Readonly<Record<string, Lines>> = {
	'assign-role': assignRole,
	'remove-role': ({ id = '' }) => [`az role assignment delete --ids ${quote(id)}`],
	'make-principal': makePrincipal,
	'remove-principal': ({ application = '' }) => [`az ad app delete --id ${quote(application)}`],
	'add-password': addPassword,
	'remove-password': ({ application = '', id = '' }) => [
		`az ad app credential delete --id ${quote(application)} --key-id ${quote(id)}`,
	],
	'add-member': ({ group = '', member = '' }) => [
		`az ad group member add --group ${quote(group)} --member-id ${quote(member)}`,
	],
	'switch-admin-user': ({ registry, on }) => [
		`az acr update ${registryNamed(registry)} --admin-enabled ${on} --output none`,
	],
	'take-admin-password': takeAdminPassword,
	'make-token': makeToken,
	'add-token-password': addTokenPassword,
	'remove-token-password': ({ registry, token = '', id = '' }) => [
		`az acr token credential delete ${registryFlags(registry)} --name ${quote(token.split('/').at(-1) ?? '')} --${id}`,
	],
	'renew-admin-password': ({ registry, id = '' }) => [
		`az acr credential renew ${registryNamed(registry)} --password-name ${quote(id)} --output none`,
	],
	'exchange-token': exchangeToken,
	'take-login': takeLogin,
	'write-secret': writeSecret,
	'remove-secret': (change) => [`${kubectl(change)} delete secret ${quote(change['name'] ?? '')}`],
	'name-secret': (change) => nameSecret(change),
	'unname-secret': (change) => unnameSecret(change),
	'note-secret': (change) => noteSecret(change),
	'take-from-secret': (change) => takeFromSecret(change),
	'prove-pull': (change, { step, plan }) => provePull(change, `${plan.id.replaceAll('-', '')}${step.id}`),
	'drop-copy': () => ['# nothing: a script keeps no copy of what it replaced'],
	'prove-credential': () => ['# lanyard asks the registry for a token here; a pull proves it as well'],
	'import-image': ({ registry, host, image = '', tag = '', resourceId, force }) => [
		`az acr import ${registryNamed(registry)} --source ${quote(resourceId ? image : `${host}/${image}`)} --image ${quote(tag)}${flag('registry', resourceId)}${force === 'true' ? ' --force' : ''}`,
	],
	'make-identity': ({ id = '', location }, { step, plan }) => [
		`az identity create ${registryNamed(id)}${flag('location', location)} --tags lanyard-plan=${plan.id} --output none`,
		`${variable(step.id, 'clientId')}=$(az identity show --ids ${quote(id)} --query clientId --output tsv)`,
		`${variable(step.id, 'principal')}=$(az identity show --ids ${quote(id)} --query principalId --output tsv)`,
	],
	'create-cluster': createCluster,
	'create-registry': ({ id, location, sku, roleMode }) => [
		`az acr create ${registryNamed(id)}${flag('location', location)}${flag('sku', sku)} --role-assignment-mode ${roleMode === 'ABAC' ? 'rbac-abac' : 'rbac'}`,
	],
};
