/** The password of everybody in the world of the exports. */
export const password = 'a-password-of-ana-1';

/** A change that is done by its plan and taken back, then done by its script and taken back. */
export interface Change {
	/** What it takes for granted. */
	before?: string[][];
	args: string[];
	/** Takes back what the script did; the plan has its own undo. */
	after: string[][];
	/** What the script asks for: its answers, a line each. */
	typed?: string;
	/** What az, kubectl and Lanyard are asked for the comparison; left out: everything that a plan can change. */
	compared?: string[][];
}

const group = ['--resource-group', 'myResourceGroup'];
const onMyCluster = ['--cluster', 'mycluster', '--registry', 'myregistry'];
const image = 'myregistry.azurecr.io/nginx:v1';
/** The flags of a secret from a repository token. */
export const fromToken = ['--registry', 'myregistry', '--from', 'token', '--repository', 'nginx'];
/** What Lanyard tells of all pull secrets. */
export const secretList = ['secret', 'list', '--cluster', 'mycluster', '-o', 'json'];
const janes = ['--user', 'jane', '--password-env', 'JANES_PASSWORD', '--repository', 'nginx'];
const tagsOnly = ['--query', '[].tags | []', '--output', 'json'];
const oldSecret = ['secret', 'create', 'old', ...fromToken];

/** What is compared beside the sources of a secret and attach. */
export const changes: Change[] = [
	{
		args: ['cluster', 'create', 'shop', '--group', 'myResourceGroup', '--attach', 'myregistry'],
		after: [
			['detach', '--cluster', 'shop', '--registry', 'myregistry', '--yes'],
			exec('az', 'aks', 'delete', '--name', 'shop', ...group, '--yes'),
			exec('az', 'identity', 'delete', '--name', 'shop-control', ...group),
			exec('az', 'identity', 'delete', '--name', 'shop-kubelet', ...group),
			// The script made the new cluster the current one, as az aks get-credentials does.
			exec('kubectl', 'config', 'use-context', 'mycluster'),
		],
	},
	{
		args: [
			'cluster',
			'create',
			'grouped',
			'--group',
			'myResourceGroup',
			'--attach',
			'myregistry',
			'--via-group',
			'pullers',
		],
		compared: [
			exec(
				'az',
				'role',
				'assignment',
				'list',
				'--all',
				'--query',
				'[].to_string([roleDefinitionName, principalType]) | sort(@)',
			),
			exec('az', 'ad', 'group', 'member', 'list', '--group', 'pullers', '--query', '[].displayName'),
		],
		after: [
			exec(
				'bash',
				'-c',
				'az role assignment delete --role AcrPull --scope "$(az acr show --name myregistry --query id --output tsv)"',
			),
			exec('az', 'aks', 'delete', '--name', 'grouped', ...group, '--yes'),
			exec('az', 'identity', 'delete', '--name', 'grouped-control', ...group),
			exec('az', 'identity', 'delete', '--name', 'grouped-kubelet', ...group),
			exec('kubectl', 'config', 'use-context', 'mycluster'),
		],
	},
	{
		args: ['secret', 'create', 'hub', '--registry', 'docker.io', ...janes],
		typed: `jane\n${password}`,
		after: [],
		compared: [secretList],
	},
	{
		before: [[...oldSecret, '--attach-to', 'serviceaccount/default', '--yes']],
		args: ['migrate', ...onMyCluster, '--prove-with', image],
		after: [['detach', ...onMyCluster, '--yes']],
	},
	{
		args: ['registry', 'create', 'scriptregistry', '--group', 'myResourceGroup', '--sku', 'Premium', '--abac'],
		after: [exec('az', 'acr', 'delete', '--name', 'scriptregistry', '--yes')],
	},
	{
		args: ['import', 'mcr.microsoft.com/hello-world:latest', '--registry', 'myregistry', '--as', 'hello:v1'],
		compared: [
			exec('az', 'acr', 'manifest', 'list-metadata', '--registry', 'myregistry', '--name', 'hello', ...tagsOnly),
		],
		after: [exec('az', 'acr', 'repository', 'delete', '--name', 'myregistry', '--image', 'hello:v1', '--yes')],
	},
	{
		before: [exec('kubectl', 'create', 'deployment', 'web', `--image=${image}`, '--replicas=0')],
		args: ['secret', 'create', 'workload', ...fromToken, '--attach-to', 'deployment/web'],
		after: [],
		compared: [secretList],
	},
	{
		args: ['secret', 'adopt', 'workload', '--repository', 'nginx', '--attach-to', 'serviceaccount/default'],
		after: [],
		compared: [secretList],
	},
	{
		// The login for another registry stays in it.
		before: [['secret', 'create', 'shared', '--registry', 'docker.io', ...janes, '--yes']],
		args: ['secret', 'create', 'shared', ...fromToken, '--replace'],
		after: [],
		compared: [secretList],
	},
	{
		args: ['secret', 'delete', 'workload'],
		after: [],
		compared: [secretList],
	},
];

/** The command line that runs a program in the sandbox. */
export function exec(...command: string[]): string[] {
	return ['sandbox', 'exec', '--', ...command];
}
