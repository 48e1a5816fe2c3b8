/** A script, or a document with scripts, that comes with a Go module which the set-up builds from; nobody here wrote it. */
export interface ForeignScript {
	/** The folder of `e2e/go` whose go.mod and go.sum pin the module. */
	folder: string;
	module: string;
	file: string;
	/** What a person who read it says of it. */
	read: string;
	/** What that person found in it: line and trap. */
	traps: [line: number, trap: string][];
}

const kubernetes = { folder: 'kubernetes', module: 'k8s.io/kubernetes' };
const cloudProvider = { folder: 'acr-credential-provider', module: 'sigs.k8s.io/cloud-provider-azure' };
const crane = { folder: 'crane', module: 'github.com/google/go-containerregistry' };
const docker = { folder: 'crane', module: 'github.com/docker/cli' };
const regclient = { folder: 'regctl', module: 'github.com/regclient/regclient' };
const kubelogin = { folder: 'kubelogin', module: 'github.com/Azure/kubelogin' };
const containerd = { folder: 'containerd', module: 'github.com/containerd/containerd/v2' };

/** Read line by line before `review` saw them; the lines are those of the pinned versions. */
export const foreignScripts: ForeignScript[] = [
	{
		...cloudProvider,
		file: '.pipelines/scripts/run-e2e.sh',
		read: 'az signs in as a managed identity; AcrPull goes to an identity by its principal id; no password',
		traps: [],
	},
	{
		...cloudProvider,
		file: '.pipelines/scripts/daily-gc.sh',
		read: 'az signs in as a managed identity, lists and deletes groups',
		traps: [],
	},
	{
		...cloudProvider,
		file: 'hack/deploy-workload-cluster.sh',
		read: 'secrets are made from files, a kubeconfig is read out of one; nothing secret on a command line',
		traps: [],
	},
	{
		...kubernetes,
		file: 'test/kubemark/start-kubemark.sh',
		read: 'a secret is made from kubeconfigs in files; images are pushed with the login that is there',
		traps: [],
	},
	{
		...crane,
		file: 'cmd/registry/test.sh',
		read: 'pulls and pushes without a login; the one -p is a port of docker run',
		traps: [],
	},
	{
		...regclient,
		file: 'build/ci-test.sh',
		read: 'copies images within a registry on this machine, without a login',
		traps: [],
	},
	{
		...docker,
		file: 'docs/reference/commandline/login.md',
		read: 'every login asks for the password or reads standard input, also as --password -',
		traps: [],
	},
	{
		...kubelogin,
		file: 'docs/book/src/quick-start.md',
		read: "a person signs in with az, and kubelogin takes az's token",
		traps: [],
	},
	{
		...kubelogin,
		file: 'docs/book/src/topics/sp.md',
		read: 'a flag that does nothing any more; further down a secret of a service principal behind --client-secret',
		traps: [
			[8, 'deprecated-flag'],
			[66, 'secret-as-argument'],
		],
	},
	{
		...kubelogin,
		file: 'docs/book/src/concepts/login-modes/sp.md',
		read: 'six ways to sign in; one has the secret behind --client-secret',
		traps: [[41, 'secret-as-argument']],
	},
	{
		...kubernetes,
		file: 'cluster/gce/gci/flexvolume_node_setup.sh',
		read: "a token behind docker login's -p, under sudo -u",
		traps: [[142, 'secret-as-argument']],
	},
	{
		...kubernetes,
		file: 'test/cmd/core.sh',
		read: 'one pull secret with its password on the command line, of a test; 1,653 lines, most of them kubectl',
		traps: [[858, 'secret-as-argument']],
	},
	{
		...kubernetes,
		file: 'test/cmd/template-output.sh',
		read: 'one pull secret with its password on the command line, behind flags from a variable, within $(…)',
		traps: [[177, 'secret-as-argument']],
	},
	{
		...crane,
		file: 'cmd/crane/README.md',
		read: 'a step of a pipeline signs in with -p and a variable without quotes',
		traps: [[120, 'secret-unquoted-argument']],
	},
	{
		...crane,
		file: 'cmd/crane/doc/crane_auth_login.md',
		read: 'the example has the password behind -p; the -p of the list of flags is none',
		traps: [[13, 'secret-as-argument']],
	},
	{
		...containerd,
		file: 'docs/cri/registry.md',
		read: 'docker login with a whole key file behind -p, so that it stands in the process list',
		traps: [[86, 'secret-as-argument']],
	},
];

/**
 * What a person found in the examples of az's own help for registries, clusters, roles and sign-in: line and trap in the
 * scripts that `help-examples.py` makes of them. Passwords behind a flag, each once; a Key Vault's address is none.
 */
export const azExamples: Record<string, [line: number, trap: string][]> = {
	'az-acr.sh': [318, 640, 673].map((line) => [line, 'secret-as-argument']),
	'az-acs.sh': [53, 56, 95, 98, 603, 663].map((line) => [line, 'secret-as-argument']),
	'az-profile.sh': [17, 20].map((line) => [line, 'secret-as-argument']),
	'az-role.sh': [[320, 'secret-as-argument']],
};
