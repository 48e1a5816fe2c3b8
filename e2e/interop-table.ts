import { identitySteps } from './az/identity-steps.data.ts';
import { resourceSteps } from './az/resource-steps.data.ts';
import { caseFiles } from './captures/case-files.ts';
import { recaptured } from './captures/recaptured.data.ts';
import { operationsOf } from './clients/operations.data.ts';
import { sandboxClients } from './clients/sandbox-clients-job.ts';
import { doorPulls } from './front-door/door-pulls.ts';
import { faultCodes } from './front-door/fault-codes.data.ts';
import { type ClientStep, clientSteps } from './kubernetes-clients/steps.data.ts';
import { versions } from './set-up/versions.ts';

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
const fromNpm = `npm, \`${npm.package}\` ${npm.version}`;
const atRegistry = 'host name, `SSL_CERT_FILE`; the sandbox by `HTTPS_PROXY`';
const onCluster = '`HTTPS_PROXY`, kubeconfig';

const registrySources: Record<string, { version: string; from: string; wayIn?: string; client?: string }> = {
	crane: { version: versions.crane, from: 'Go module' },
	regctl: { version: versions.regctl, from: 'Go module' },
	helm: { version: npm.helm, from: fromNpm },
	skopeo: { version: versions.debian.skopeo, from: 'Debian 12' },
	podman: { version: versions.debian.podman, from: 'Debian 12' },
	docker: {
		client: 'docker, with its engine',
		version: versions.debian.dockerd,
		from: 'Debian 12',
		wayIn: `${atRegistry}, both in the engine's environment`,
	},
};

const libraries: typeof registrySources = {
	'@azure/container-registry': {
		version: versions['@azure/container-registry'],
		from: 'npm',
		wayIn: '`HTTPS_PROXY`, `NODE_EXTRA_CA_CERTS`',
	},
	'azure-containerregistry': {
		version: versions['azure-containerregistry'],
		from: `PyPI, with azure-identity ${versions['azure-identity']}, in an environment of its own`,
		wayIn: '`HTTPS_PROXY`, `REQUESTS_CA_BUNDLE`',
	},
};

const noPrograms = { crane: '', regctl: '', helm: '', skopeo: '', podman: '', docker: '', dockerd: '' };
const registryRows: ClientRow[] = sandboxClients({ programs: noPrograms, python: '' }).map((client) => {
	const { name, handles } = client;
	const {
		version = '',
		from = '',
		wayIn = atRegistry,
		client: title = name,
	} = registrySources[name] ?? libraries[name] ?? {};
	const [done, refused] = [operationsOf(client).filter(endsWell), operationsOf(client).filter((one) => !endsWell(one))];
	const shownBy = `registry-clients: ${name} does at the sandbox's registry all that it has commands for`;
	const pulls = handles === 'images' ? 'signs in, pulls' : 'signs in';
	return {
		...{ client: title, version, from, wayIn },
		real:
			name in libraries
				? []
				: [
						{
							says: `${pulls}; refused with a wrong password`,
							shownBy: `registry-clients: ${name} signs in and pulls, and is`,
						},
					],
		sandbox: [{ says: done.map((one) => one.name).join(', '), shownBy }],
		fails: [{ says: `refused, as must be: ${refused.map((one) => one.name).join(', ')}`, shownBy }],
	};
});

function endsWell({ ends }: { ends: 'refused' | 'well' }): boolean {
	return ends === 'well';
}

const stepsOf = (name: ClientStep['client']) => clientSteps.filter(({ client }) => client === name);
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
		from: 'npm',
		wayIn: 'kubeconfig with a proxy',
		real: [],
		sandbox: [{ says: 'lists, informs, replaces, deletes', shownBy: onSandboxCluster('javascript') }],
		fails: [],
	},
	{
		client: 'kubernetes-python',
		version: versions['kubernetes-python'],
		from: 'PyPI, in an environment of its own',
		wayIn: onCluster,
		real: [],
		sandbox: [{ says: 'lists, watches from a version on, patches, deletes', shownBy: onSandboxCluster('python') }],
		fails: [],
	},
	{
		client: 'client-go, in a program of ours',
		version: versions.kubernetes.replace('1.', '0.'),
		from: 'Go module',
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
];

const azRow: ClientRow = {
	client: 'az',
	version: versions['azure-cli'],
	from: 'PyPI, in a Python environment of its own',
	wayIn: '`HTTPS_PROXY`, `HTTP_PROXY`, `REQUESTS_CA_BUNDLE`',
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
		from: 'Go module',
		wayIn: 'host name, roots of the node; the sandbox by `HTTPS_PROXY`, `HTTP_PROXY`, `SSL_CERT_FILE`',
		real: [{ says: `${caseCount} pulls, ${recaptured.length} of them in every run`, shownBy: captures }],
		sandbox: pulls,
		fails: [],
	},
	{
		...{ client: 'containerd', version: versions.containerd, from: 'Go module', wayIn: 'the same' },
		real: [{ says: 'the same', shownBy: captures }],
		sandbox: pulls.slice(0, 1).map(({ shownBy }) => ({ says: 'the same', shownBy })),
		fails: [],
	},
	{
		...{ client: 'API server, with etcd', version: `${versions.kubernetes}, ${versions.etcd}`, from: 'Go module' },
		wayIn: '–',
		real: [{ says: "answers beside the sandbox's", shownBy: 'api-server: ' }],
		sandbox: [],
		fails: [],
	},
	{
		client: 'acr-credential-provider',
		version: versions['acr-credential-provider'],
		from: 'Go module',
		wayIn: "IMDS and login server by address; the sandbox by the kubelet's environment",
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
		...{ client: "Kubernetes' `credentialprovider`", version: versions.kubernetes, from: 'Go module', wayIn: '–' },
		real: [
			{
				says: '24,000 questions on keys, secrets and image names, half of them new each time',
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
