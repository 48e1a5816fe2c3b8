/** Runs the commands that make and change Azure resources with the real Azure CLI, and prints how each went. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { openSend } from '@lanyard/clients';
import { startSandbox } from '@lanyard/sandbox-world';
import { config } from '../config.ts';
import { azArguments, azureCli } from '../set-up/azure-cli.ts';
import { tryProgram } from '../set-up/run-program.ts';
import { makeOperator, type Operator } from './operator.ts';

/** A command, what its exit code must be, and what it must print. */
interface Step {
	az: string;
	exit: number;
	/** On standard output, or on standard error where the command is to fail. */
	prints?: RegExp;
}

/** Names in braces are filled in: `{sub}`, and what an earlier step printed under `saves`. */
interface Saving extends Step {
	saves?: string;
}

const group = '-g made';
const steps: Saving[] = [
	{ az: 'group create -n made -l westeurope', exit: 0, prints: /"provisioningState": "Succeeded"/ },
	{ az: 'group exists -n made', exit: 0, prints: /true/ },
	{ az: 'group exists -n nowhere', exit: 0, prints: /false/ },
	{ az: `acr check-name -n maderegistry`, exit: 0, prints: /"nameAvailable": true/ },
	{ az: `acr create -n maderegistry ${group} --sku Basic`, exit: 0, prints: /maderegistry\.azurecr\.io/ },
	{ az: `acr check-name -n maderegistry`, exit: 0, prints: /The registry maderegistry is already in use/ },
	{ az: `acr create -n maderegistry -g myResourceGroup --sku Basic`, exit: 1, prints: /AlreadyInUse/ },
	{ az: 'acr show -n MADEREGISTRY --query id -o tsv', exit: 0, prints: /resourceGroups\/made\//, saves: 'acr' },
	{ az: 'acr credential show -n maderegistry', exit: 1, prints: /admin-enabled true/ },
	{ az: 'acr update -n maderegistry --admin-enabled true', exit: 0, prints: /"adminUserEnabled": true/ },
	{ az: 'acr credential show -n maderegistry', exit: 0, prints: /"username": "maderegistry"/ },
	{ az: 'acr credential renew -n maderegistry --password-name password2', exit: 0, prints: /"password2"/ },
	{ az: 'acr update -n maderegistry --anonymous-pull-enabled true', exit: 1, prints: /anonymousPullEnabled/ },
	{ az: 'acr update -n maderegistry --sku Standard', exit: 0, prints: /"Standard"/ },
	{ az: 'acr update -n maderegistry --anonymous-pull-enabled true', exit: 0, prints: /"anonymousPullEnabled": true/ },
	{ az: 'acr show-usage -n maderegistry', exit: 0, prints: /"Size"/ },
	{ az: 'acr import -n maderegistry --source docker.io/library/nginx:latest --image nginx:v1', exit: 0 },
	{
		az: 'acr import -n maderegistry --source docker.io/library/nosuch:latest --image x:v1',
		exit: 1,
		prints: /manifest/,
	},
	{ az: 'acr import -n maderegistry --source maderegistry.azurecr.io/nginx:v1 --image copy:v2', exit: 0 },
	{ az: 'acr repository list -n maderegistry', exit: 0, prints: /"copy",\s+"nginx"/ },
	{
		az: 'acr scope-map create -n reads -r maderegistry --repository nginx content/read',
		exit: 0,
		prints: /content\/read/,
	},
	{ az: 'acr token create -n puller -r maderegistry --scope-map reads', exit: 0, prints: /"password1"/ },
	{ az: 'acr token list -r maderegistry', exit: 0, prints: /"puller"/ },
	{
		az: `acr create -n madeabac ${group} --sku Premium --role-assignment-mode rbac-abac`,
		exit: 0,
		prints: /AbacRepositoryPermissions/,
	},
	{ az: 'acr network-rule add -n madeabac --ip-address 20.1.2.3', exit: 0, prints: /20\.1\.2\.3/ },
	{ az: 'acr config authentication-as-arm update -r madeabac --status disabled', exit: 0, prints: /disabled/ },
	{ az: 'acr list -o table', exit: 0, prints: /madeabac/ },
	{ az: `identity create -n madeid ${group}`, exit: 0, prints: /"principalId"/ },
	{ az: `identity show -n madeid ${group} --query principalId -o tsv`, exit: 0, saves: 'principal' },
	{
		az: `identity federated-credential create --identity-name madeid -n fic ${group} --issuer https://oidc.example --subject system:serviceaccount:a:b`,
		exit: 0,
		prints: /api:\/\/AzureADTokenExchange/,
	},
	{
		az: 'role assignment create --assignee-object-id {principal} --assignee-principal-type ServicePrincipal --role AcrPull --scope {acr}',
		exit: 0,
		prints: /"principalType": "ServicePrincipal"/,
	},
	{
		az: 'role assignment create --assignee {principal} --role AcrPull --scope {acr}',
		exit: 0,
		prints: /"roleDefinitionId"/,
	},
	{ az: 'role assignment list --scope {acr}', exit: 0, prints: /AcrPull/ },
	{ az: 'role assignment list --assignee {principal} --all', exit: 0, prints: /AcrPull/ },
	{ az: 'role assignment delete --assignee {principal} --role AcrPull --scope {acr}', exit: 0 },
	{ az: 'role definition create --role-definition {role}', exit: 0, prints: /"Registry looker"/ },
	{ az: 'role definition list --custom-role-only true', exit: 0, prints: /"Registry looker"/ },
	{
		az: `aks create -n madecluster ${group} --no-ssh-key --enable-managed-identity --node-count 1 --attach-acr maderegistry`,
		exit: 0,
		prints: /"kubeletidentity"/,
	},
	{
		az: `aks show -n madecluster ${group} --query identityProfile.kubeletidentity.objectId -o tsv`,
		exit: 0,
		saves: 'kubelet',
	},
	{ az: 'role assignment list --scope {acr} --query "[].principalId" -o tsv', exit: 0, prints: /{kubelet}/ },
	{ az: `aks update -n madecluster ${group} --attach-acr madeabac`, exit: 0, prints: /{kubelet}/ },
	{ az: `aks update -n madecluster ${group} --detach-acr maderegistry`, exit: 0, prints: /{kubelet}/ },
	{
		az: 'role assignment list --scope {acr} --query "[?principalId==\'{kubelet}\'].id" -o tsv',
		exit: 0,
		prints: /^\s*$/,
	},
	{ az: `aks get-credentials -n madecluster ${group} -f {folder}/kubeconfig`, exit: 0 },
	{
		az: `aks create -n madecluster2 ${group} --no-ssh-key --kubernetes-version 1.19.1`,
		exit: 1,
		prints: /not supported in this region/,
	},
	{ az: `aks nodepool list --cluster-name madecluster ${group} -o table`, exit: 0, prints: /nodepool1/ },
	{
		az: 'provider show -n Microsoft.ContainerRegistry --query registrationState -o tsv',
		exit: 0,
		prints: /Registered/,
	},
	{ az: 'account list-locations --query "[].name" -o tsv', exit: 0, prints: /westeurope/ },
	{ az: `resource list ${group} -o table`, exit: 0, prints: /madecluster/ },
	{ az: `aks delete -n madecluster ${group} --yes`, exit: 0 },
	{ az: `aks show -n madecluster ${group}`, exit: 3, prints: /ResourceNotFound/ },
	{ az: 'acr delete -n maderegistry --yes', exit: 0 },
	{ az: 'group delete -n made --yes', exit: 0 },
	{ az: 'group exists -n made', exit: 0, prints: /false/ },
];

/** One line of the table. */
interface Row {
	command: string;
	exit: number;
	expected: number;
	seconds: number;
	verdict: string;
}

const world = {
	settings: { replicationDelay: '0s', directoryDelay: '0s' },
	tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }] }],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: [{ name: 'myregistry', group: 'myResourceGroup' }],
	assignments: [{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' }],
};

async function run(): Promise<Row[]> {
	const python = await azureCli(config.cacheRoot);
	const folder = await mkdtemp(join(tmpdir(), 'lanyard-az-'));
	const sandbox = await startSandbox({ world, timeScale: 10, onBug: (problem) => console.error(problem) });
	const { send, close } = openSend({ proxyUrl: sandbox.proxyUrl, ca: sandbox.caPem, userAgent: 'e2e' });
	try {
		const operator = await makeOperator(send, sandbox.signIn);
		const env = await environment(folder, sandbox);
		const role = {
			Name: 'Registry looker',
			Description: 'looks',
			Actions: ['Microsoft.ContainerRegistry/registries/read'],
		};
		const scopes = { AssignableScopes: [`/subscriptions/${operator.subscriptionId}`] };
		await writeFile(join(folder, 'role.json'), JSON.stringify({ ...role, ...scopes }));
		return await runSteps({ python, env, operator, folder });
	} finally {
		await close();
		await sandbox.close();
		await rm(folder, { recursive: true, force: true });
	}
}

/** What `lanyard sandbox env` gives, as far as az needs it. */
async function environment(folder: string, { proxyUrl, caPem }: { proxyUrl: string; caPem: string }) {
	const ca = join(folder, 'ca.pem');
	await writeFile(ca, caPem);
	return {
		HOME: folder,
		HTTPS_PROXY: proxyUrl,
		https_proxy: proxyUrl,
		NO_PROXY: 'localhost,127.0.0.1',
		REQUESTS_CA_BUNDLE: ca,
		SSL_CERT_FILE: ca,
		AZURE_CONFIG_DIR: join(folder, 'azure'),
		AZURE_CORE_COLLECT_TELEMETRY: 'false',
		AZURE_EXTENSION_USE_DYNAMIC_INSTALL: 'no',
		AZURE_CORE_LOGIN_EXPERIENCE_V2: 'off',
	};
}

interface Surroundings {
	python: string;
	env: Record<string, string>;
	operator: Operator;
	folder: string;
}

async function runSteps({ python, env, operator, folder }: Surroundings): Promise<Row[]> {
	const { appId, password, tenantId, subscriptionId } = operator;
	const login: Saving = { az: `login --service-principal -u ${appId} -p=${password} --tenant ${tenantId}`, exit: 0 };
	const known = new Map([
		['sub', subscriptionId],
		['folder', folder],
		['role', join(folder, 'role.json')],
	]);
	const rows: Row[] = [];
	for (const step of [login, ...steps]) {
		const startedAt = performance.now();
		const args = split(fill(step.az, known));
		const { status, stdout, stderr } = await tryProgram(python, [...azArguments, ...args], { env });
		if (step.saves !== undefined) known.set(step.saves, stdout.trim());
		const seconds = (performance.now() - startedAt) / 1000;
		const isGood = status === step.exit && hasPrinted(step, status === 0 ? stdout : stderr, known);
		const verdict = isGood
			? 'as expected'
			: `NOT: ${(stderr || stdout).trim().split('\n').slice(-2).join(' ').slice(0, 600)}`;
		rows.push({
			command: step === login ? 'login --service-principal' : step.az,
			exit: status,
			expected: step.exit,
			seconds,
			verdict,
		});
		console.error(rowOf(rows.at(-1)));
	}
	return rows;
}

function hasPrinted({ prints }: Step, output: string, known: Map<string, string>): boolean {
	return prints === undefined || new RegExp(fill(prints.source, known)).test(output);
}

function fill(text: string, known: Map<string, string>): string {
	return [...known].reduce((filled, [name, value]) => filled.replaceAll(`{${name}}`, value), text);
}

/** Splits at spaces, but not inside of quotes. */
function split(command: string): string[] {
	return Array.from(command.matchAll(/"([^"]*)"|\S+/g), ([all, quoted]) => quoted ?? all);
}

function rowOf(row: Row | undefined): string {
	if (!row) return '';
	return `| az ${row.command} | ${row.exit} | ${row.expected} | ${row.seconds.toFixed(1)} s | ${row.verdict} |`;
}

const rows = await run();
const failed = rows.filter(({ verdict }) => verdict !== 'as expected');
console.log(
	['| command | exit | expected | time | verdict |', '| --- | --- | --- | --- | --- |', ...rows.map(rowOf)].join('\n'),
);
console.log(`${rows.length} commands, ${rows.length - failed.length} as expected (azure-cli 2.91.0)`);
process.exitCode = failed.length === 0 ? 0 : 1;
