import { identitySteps } from './az/identity-steps.data.ts';
import { resourceSteps } from './az/resource-steps.data.ts';
import { caseFiles } from './captures/case-files.ts';
import { recaptured } from './captures/recaptured.data.ts';
import { operationsOf } from './clients/operations.data.ts';
import { sandboxClients } from './clients/sandbox-clients-job.ts';
import { doorPulls } from './front-door/door-pulls.ts';
import { faultCodes } from './front-door/fault-codes.data.ts';
import { type ClientStep, clientSteps } from './kubernetes-clients/steps.data.ts';
import { debianClients, goModules, npmLibraries, pythonPackages } from './set-up/sources.ts';
import { versions } from './set-up/versions.ts';
import { variablesHome, variablesOf } from './way-in.ts';

/** Something that a cell of the table in docs/interop.md says, and the check of the suite that shows it. */
export interface Claim {
	says: string;
	/** `part: check`, or how it begins. */
	shownBy: string;
}

/** One client: a row of the table. */
export interface ClientRow {
	client: string;
	version: string;
	from: string;
	wayIn: string;
	/** Beside the real thing, and at the sandbox. */
	real: Claim[];
	sandbox: Claim[];
	/** What does not work. */
	fails: Claim[];
}

const npm = versions['kubectl-and-helm'];
const fromNpm = `npm \`${npm.package}\` ${npm.version}`;
const atHome = `host name, ${variablesHome()}`;

/** The module that `e2e/go/FOLDER/go.mod` pins; where there are several, the one of this version. */
function fromGo(folder: string, version?: string): string {
	const found = goModules.find((one) => one.folder === folder && (version ?? one.version) === one.version);
	return `Go module \`${found?.module ?? ''}\``;
}

function fromPython(name: keyof typeof pythonPackages): string {
	const [client, ...beside] = Object.entries(pythonPackages[name]);
	return [`PyPI \`${client?.[0] ?? ''}\``, ...beside.map(([one, version]) => `with \`${one}\` ${version}`)].join(', ');
}

const fromDebian = (name: keyof typeof debianClients) => `Debian package \`${debianClients[name].package}\``;

const registrySources: Record<string, { version: string; from: string; title?: string; where?: string }> = {
	crane: { version: versions.crane, from: fromGo('crane') },
	regctl: { version: versions.regctl, from: fromGo('regctl') },
	helm: { version: npm.helm, from: fromNpm },
	skopeo: { version: versions.debian.skopeo, from: fromDebian('skopeo') },
	podman: { version: versions.debian.podman, from: fromDebian('podman') },
	docker: {
		title: 'docker, with its engine',
		version: versions.debian.dockerd,
		from: fromDebian('dockerd'),
		where: ", in the engine's environment",
	},
	'@azure/container-registry': {
		version: npmLibraries['@azure/container-registry'],
		from: 'npm `@azure/container-registry`',
	},
	'azure-containerregistry': {
		version: versions['azure-containerregistry'],
		from: fromPython('azure-containerregistry'),
	},
};

const noPrograms = { crane: '', regctl: '', helm: '', skopeo: '', podman: '', docker: '', dockerd: '' };
const registryRows: ClientRow[] = sandboxClients({ programs: noPrograms, python: '' }).map((client) => {
	const { name, handles } = client;
	const { version = '', from = '', title = name, where = '' } = registrySources[name] ?? {};
	const isElsewhere = client.wayIn === 'registry client';
	const inSandbox = `${variablesOf(client.wayIn)}${where}`;
	const [done, refused] = [operationsOf(client).filter(endsWell), operationsOf(client).filter((one) => !endsWell(one))];
	const shownBy = `registry-clients: ${name} does at the sandbox's registry all that it has commands for`;
	const pulls = handles === 'images' ? 'signs in, pulls' : 'signs in';
	return {
		...{ client: title, version, from, wayIn: isElsewhere ? `${atHome}; the sandbox: ${inSandbox}` : inSandbox },
		real: isElsewhere
			? [
					{
						says: `${pulls}; refused with a wrong password`,
						shownBy: `registry-clients: ${name} signs in and pulls, and is`,
					},
				]
			: [],
		sandbox: [{ says: done.map((one) => one.name).join(', '), shownBy }],
		fails: [{ says: `refused, as must be: ${refused.map((one) => one.name).join(', ')}`, shownBy }],
	};
});

function endsWell({ ends }: { ends: 'refused' | 'well' }): boolean {
	return ends === 'well';
}

const stepsOf = (name: ClientStep['client']) => clientSteps.filter(({ client }) => client === name);
const onCluster = variablesOf('cluster client');
const onSandboxCluster = (name: string) => `kubernetes-clients: ${name} does all its steps on a cluster of the sandbox`;

const clusterRows: ClientRow[] = [
	{
		...{ client: 'kubectl', version: npm.kubectl, from: fromNpm, wayIn: onCluster },
		real: [
			{
				says: 'applies a Deployment to the real API server, waits until it is rolled out',
				shownBy: 'front-door: a Deployment that cannot pull gets ready once az gives its nodes the role',
			},
		],
		sandbox: [{ says: `${stepsOf('kubectl').length} commands on a cluster`, shownBy: onSandboxCluster('kubectl') }],
		fails: [
			{
				says: stepsOf('kubectl')
					.filter(({ isBeyondUs }) => isBeyondUs)
					.map(({ args }) => `\`${args[0]}\``)
					.join(', '),
				shownBy: onSandboxCluster('kubectl'),
			},
		],
	},
	{
		...{ client: 'helm, on a cluster', version: npm.helm, from: fromNpm, wayIn: onCluster },
		real: [],
		sandbox: [
			{
				says: stepsOf('helm')
					.map(({ args }) => args[0])
					.join(', '),
				shownBy: onSandboxCluster('helm'),
			},
		],
		fails: [],
	},
	{
		client: '@kubernetes/client-node',
		version: versions['@kubernetes/client-node'],
		from: 'npm `@kubernetes/client-node`',
		wayIn: onCluster,
		real: [],
		sandbox: [{ says: 'lists, informs, replaces, deletes', shownBy: onSandboxCluster('javascript') }],
		fails: [],
	},
	{
		client: 'kubernetes-python',
		version: versions['kubernetes-python'],
		from: fromPython('kubernetes-python'),
		wayIn: onCluster,
		real: [],
		sandbox: [{ says: 'lists, watches from a version on, patches, deletes', shownBy: onSandboxCluster('python') }],
		fails: [],
	},
	{
		client: 'client-go, in a program of ours',
		version: versions.kubernetes.replace('1.', '0.'),
		from: fromGo('client-go'),
		wayIn: onCluster,
		real: [{ says: 'prints what it prints here', shownBy: 'api-server: ' }],
		sandbox: [
			{
				says: 'lists in pages, informs, resumes watches, applies, reconciles, elects a leader, deletes; with bodies in JSON and in protobuf',
				shownBy: onSandboxCluster('go'),
			},
		],
		fails: [],
	},
	{
		...{ client: 'kubelogin, with kubectl', version: versions.kubelogin, from: fromGo('kubelogin') },
		wayIn: `${variablesOf('node')}, \`KUBECONFIG\``,
		real: [],
		sandbox: [
			{
				says: 'tokens by `azurecli`, `spn` and `msi`, and what the roles behind them allow',
				shownBy: 'kubernetes-clients: kubelogin gets tokens of Entra with which kubectl works',
			},
		],
		fails: [
			{
				says: 'refused, as must be: a wrong secret, what a role does not allow',
				shownBy: 'kubernetes-clients: kubelogin gets tokens of Entra with which kubectl works',
			},
		],
	},
];

const azRow: ClientRow = {
	client: 'az',
	version: versions['azure-cli'],
	from: fromPython('azure-cli'),
	wayIn: variablesOf('az'),
	real: [{ says: 'starts', shownBy: `az: az ${versions['azure-cli']} starts` }],
	sandbox: [
		{
			says: `signs in, keeps applications, groups and roles: ${identitySteps.length} commands`,
			shownBy: 'az-identity: every command of the Azure CLI ends as on Azure',
		},
		{
			says: `groups, registries, imports, clusters, identities and roles: ${resourceSteps.length} commands`,
			shownBy: 'az-resources: every command of the Azure CLI ends as on Azure',
		},
		{
			says: 'a script as the vendor writes them',
			shownBy: 'vendor-script: registry-and-cluster, from the documentation',
		},
		{ says: 'one out of its pages', shownBy: 'vendor-script: tokens-locks-conditions, from the documentation' },
		{
			says: 'its Python SDK makes, lists, changes, deletes and is refused',
			shownBy: 'az: its Python SDK makes, lists, changes, deletes and is refused',
		},
		{ says: 'what the five documents ask for', shownBy: 'documents: every step of document 000 ends as expected' },
		{ says: 'what `--export az` prints', shownBy: 'exports: every exported script reaches the same world as its plan' },
	],
	fails: [],
};

const atNode = `${atHome}; the sandbox: ${variablesOf('node')}`;
const caseCount = caseFiles.flatMap(({ cases }) => cases).length;
const captures = 'kubernetes: a real kubelet does what vectors/kubelet say';
const pulls: Claim[] = [
	{
		says: `${doorPulls.length} of these pulls again, from the sandbox's registries`,
		shownBy: 'front-door: a real kubelet pulls from the sandbox as in the vector',
	},
	{
		says: 'a Deployment that gets ready once az has given its nodes the role',
		shownBy: 'front-door: a Deployment that cannot pull gets ready once az gives its nodes the role',
	},
	{
		says: `${faultCodes.length} faults, of which it says what the sandbox's kubelet says`,
		shownBy: `front-door: a real kubelet says of ${faultCodes.length} faults what the sandbox's says`,
	},
];

const kubernetesRows: ClientRow[] = [
	{
		client: 'kubelet',
		version: versions.kubernetes,
		from: fromGo('kubernetes'),
		wayIn: atNode,
		real: [{ says: `${caseCount} pulls, ${recaptured.length} of them in every run`, shownBy: captures }],
		sandbox: pulls,
		fails: [],
	},
	{
		...{ client: 'containerd', version: versions.containerd, from: fromGo('containerd'), wayIn: atNode },
		real: [{ says: 'the same', shownBy: captures }],
		sandbox: pulls.slice(0, 1).map(({ shownBy }) => ({ says: 'the same', shownBy })),
		fails: [],
	},
	{
		client: 'API server, with etcd',
		version: `${versions.kubernetes}, ${versions.etcd}`,
		from: `${fromGo('kubernetes')}, ${fromGo('kubernetes', versions.etcd)}`,
		wayIn: '–',
		real: [{ says: "answers beside the sandbox's", shownBy: 'api-server: ' }],
		sandbox: [],
		fails: [],
	},
	{
		client: 'acr-credential-provider',
		version: versions['acr-credential-provider'],
		from: fromGo('acr-credential-provider'),
		wayIn: `${atNode}, which the kubelet hands on`,
		real: [{ says: 'exchange granted and refused', shownBy: captures }],
		sandbox: doorPulls
			.filter(({ vector }) => vector.name.startsWith('aks-'))
			.map(({ vector: { name } }) => ({
				says: `\`${name}\``,
				shownBy: `front-door: a real kubelet pulls from the sandbox as in the vector ${name}`,
			})),
		fails: [],
	},
	{
		...{
			client: "Kubernetes' `credentialprovider`",
			version: versions.kubernetes,
			from: fromGo('kubernetes'),
			wayIn: '–',
		},
		real: [
			{
				says: '24,000 questions on keys, secrets and image names, always the same; `npm run credential-rules` asks others',
				shownBy: "kubernetes: core/kubernetes answers as Kubernetes' own credential code",
			},
		],
		sandbox: [],
		fails: [],
	},
];

/** The table of docs/interop.md; a test writes it there. */
export const clientRows: ClientRow[] = [azRow, ...registryRows, ...clusterRows, ...kubernetesRows];

/** The table as it stands in the document. */
export function renderClients(): string {
	const head = ['client', 'version', 'from', 'way in', 'beside the real thing', 'at the sandbox', 'what does not work'];
	const cell = (claims: Claim[]) =>
		claims.map(({ says, shownBy }) => `${says} (\`${shownBy.split(':')[0] ?? ''}\`)`).join('; ') || '–';
	const rows = clientRows.map(({ client, version, from, wayIn, real, sandbox, fails }) => [
		...[client, version, from, wayIn],
		...[cell(real), cell(sandbox), cell(fails)],
	]);
	return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** What the table says about some parts and none of the checks that were run there shows: a line each. */
export function unshown(parts: string[], ran: string[]): string[] {
	const claims = clientRows.flatMap(({ client, real, sandbox, fails }) =>
		[...real, ...sandbox, ...fails].map((claim) => ({ client, ...claim })),
	);
	return claims
		.filter(
			({ shownBy }) => parts.includes(shownBy.split(':')[0] ?? '') && !ran.some((name) => name.startsWith(shownBy)),
		)
		.map(
			({ client, says, shownBy }) => `docs/interop.md says of ${client} "${says}", and there is no check "${shownBy}"`,
		);
}
