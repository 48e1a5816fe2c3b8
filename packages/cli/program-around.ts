import { type Command, Option } from 'commander';

import type { ClusterCreateFlags } from './commands/around/cluster.ts';
import type { ImportFlags } from './commands/around/import.ts';
import type { MigrateFlags } from './commands/around/migrate.ts';
import type { RegistryCreateFlags } from './commands/around/registry.ts';
import type { WhoamiFlags } from './commands/around/whoami.ts';
import type { CommonFlags } from './commands/context.ts';
import {
	addChangeFlags,
	addWorldFlags,
	type Adding,
	examples,
	inReadingSession,
	inSession,
	listOf,
	nodeCount,
	outputOption,
} from './flags.ts';
import type { OutputFormat } from './render/output.ts';

/** What is around giving access: registries, images, the way from secrets to identity, who may do what. */
export function addAroundCommands(program: Command, adding: Adding): void {
	addMigrate(program, adding);
	addImport(program, adding);
	addRegistry(program, adding);
	addCluster(program, adding);
	addQuestions(program, adding);
}

function addMigrate(program: Command, adding: Adding): void {
	addChangeFlags(
		program
			.command('migrate')
			.description("Go from pull secrets to the nodes' identity: prove a pull without them, then take them away.")
			.optionsGroup('What:')
			.requiredOption('--cluster <name>', 'name or resource id')
			.requiredOption('--registry <name>', 'name, login server or resource id')
			.option('-n, --namespace <name>', 'only secrets of this one; may be repeated (default: of all)', listOf)
			.option('--prove-with <image>', 'pull this image of the registry'),
	)
		.addHelpText(
			'after',
			examples(
				'migrate --cluster mycluster --registry myregistry --dry-run',
				'migrate --cluster mycluster --registry myregistry',
				'migrate --cluster mycluster --registry myregistry -n shop --yes',
			),
		)
		.action((flags: MigrateFlags) =>
			inSession(adding, flags, async (session) => {
				const { migrateCommand } = await import('./commands/around/migrate.ts');
				return migrateCommand(adding.context, session, flags);
			}),
		);
}

function addImport(program: Command, adding: Adding): void {
	addChangeFlags(
		program
			.command('import')
			.description('Copy an image into a registry, so that no outside credential is needed to pull it.')
			.argument('<image>', 'docker.io/library/nginx:latest, or one of another registry of yours')
			.requiredOption('--registry <name>', 'where to: name, login server or resource id')
			.option('--as <repository:tag>', 'what to call it there')
			.option('--force', 'replace a tag that is there'),
	)
		.addHelpText(
			'after',
			examples(
				'import docker.io/library/nginx:latest --registry myregistry --as nginx:v2',
				'import mcr.microsoft.com/hello-world:latest --registry myregistry --dry-run',
				'import docker.io/library/nginx:latest --registry myregistry --as nginx:v1 --force --yes',
			),
		)
		.action((image: string, flags: Omit<ImportFlags, 'image'>) =>
			inSession(adding, flags, async (session) => {
				const { importCommand } = await import('./commands/around/import.ts');
				return importCommand(adding.context, session, { ...flags, image });
			}),
		);
}

function addRegistry(program: Command, adding: Adding): void {
	const registry = program.command('registry').description('Registries: made, and looked at.');
	const sku = new Option('--sku <tier>', 'its tier').choices(['Basic', 'Standard', 'Premium']).default('Basic');
	addChangeFlags(
		registry
			.command('create')
			.description('Make a registry; its name is checked first.')
			.argument('<name>', '5 to 50 lower-case letters and digits')
			.requiredOption('--group <name>', 'the resource group')
			.option('--location <region>', "where (default: the group's)")
			.addOption(sku)
			.option('--abac', 'ABAC mode: roles can be narrowed to repositories'),
	)
		.addHelpText(
			'after',
			examples(
				'registry create mycontainerregistry --group myResourceGroup',
				'registry create mycontainerregistry --group myResourceGroup --sku Premium --abac',
				'registry create mycontainerregistry --group myResourceGroup --dry-run',
			),
		)
		.action((name: string, flags: Omit<RegistryCreateFlags, 'name'>) =>
			inSession(adding, flags, async (session) => {
				const { registryCreate } = await import('./commands/around/registry.ts');
				return registryCreate(adding.context, session, { ...flags, name });
			}),
		);
	addWorldFlags(registry.command('show').description('Show a registry, and who can pull from it.'))
		.argument('<name>', 'name, login server or resource id')
		.addHelpText(
			'after',
			examples('registry show myregistry', 'registry show myregistry.azurecr.io', 'registry show myregistry -o yaml'),
		)
		.action((name: string, flags: CommonFlags) =>
			inReadingSession(adding, flags, async (session) => {
				const { registryShow } = await import('./commands/around/registry.ts');
				return registryShow(adding.context, session, { ...flags, name });
			}),
		);
}

function addCluster(program: Command, adding: Adding): void {
	const cluster = program.command('cluster').description('Clusters: made with what they need to pull.');
	addChangeFlags(
		cluster
			.command('create')
			.description('Make an AKS cluster whose nodes may pull before the first of them is there.')
			.argument('<name>', '1 to 63 letters, digits, underscores and hyphens')
			.requiredOption('--group <name>', 'the resource group')
			.option('--location <region>', "where (default: the group's)")
			.option('--nodes <count>', 'how many', nodeCount, 1)
			.option('--node-size <size>', 'what machines', 'Standard_DS2_v2')
			.option('--kubernetes-version <version>', "(default: AKS's own choice)")
			.optionsGroup('What it may pull from:')
			.option('--attach <registry>', 'name, login server or resource id; may be repeated', listOf)
			.option('--via-group <name>', 'give the role to this group, and put the identity into it first')
			.option('--prove-with <image>', 'pull this image of the registry; may be repeated', listOf),
	)
		.addHelpText(
			'after',
			examples(
				'cluster create shop --group myResourceGroup --attach myregistry',
				'cluster create shop --group myResourceGroup --attach myregistry --dry-run',
				'cluster create shop --group myResourceGroup --nodes 2 --export az',
			),
		)
		.action((name: string, flags: Omit<ClusterCreateFlags, 'name'>) =>
			inSession(adding, flags, async (session) => {
				const { clusterCreate } = await import('./commands/around/cluster.ts');
				return clusterCreate(adding.context, session, { ...flags, name });
			}),
		);
}

function addQuestions(program: Command, adding: Adding): void {
	addWorldFlags(program.command('whoami').description('Say who is signed in, and what they may do.'))
		.option('--registry <name>', 'rights on this registry')
		.option('--cluster <name>', 'rights on this cluster')
		.option('--scope <id>', 'rights on any resource id')
		.addHelpText('after', examples('whoami', 'whoami --registry myregistry', 'whoami --cluster mycluster -o json'))
		.action((flags: WhoamiFlags) =>
			inReadingSession(adding, flags, async (session) => {
				const { whoami } = await import('./commands/around/whoami.ts');
				return whoami(adding.context, session, flags);
			}),
		);
	program
		.command('review')
		.description('Find the traps in scripts that set access up.')
		.argument('<files...>', 'shell scripts, or Markdown documents with scripts in them; - is standard input')
		.addOption(outputOption())
		.addHelpText('after', examples('review setup.sh', 'review README.md docs/setup.md', 'review setup.sh -o json'))
		.action(async (files: string[], flags: { output: OutputFormat }) => {
			const { reviewCommand } = await import('./commands/review.ts');
			adding.outcome.exitCode = await reviewCommand(adding.context, { ...flags, files });
		});
	program
		.command('methods')
		.description('Compare the ways to give access.')
		.addOption(outputOption())
		.addHelpText('after', examples('methods', 'methods -o markdown', 'methods -o json'))
		.action(async (flags: { output: OutputFormat }) => {
			const { methodsCommand } = await import('./commands/around/whoami.ts');
			adding.outcome.exitCode = await methodsCommand(adding.context, flags);
		});
}
