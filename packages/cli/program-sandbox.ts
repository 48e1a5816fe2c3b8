import { type Command, Option } from 'commander';

import type { NamedFlags } from './commands/sandbox/admin.ts';
import type { ClusterFlags } from './commands/sandbox/cluster.ts';
import type { BreakFlags } from './commands/sandbox/faults.ts';
import type { ShellName } from './commands/sandbox/environment.ts';
import type { LogFlags } from './commands/sandbox/log.ts';
import type { UpFlags } from './commands/sandbox/up.ts';
import { readTypedTarget } from './session/typed-target.ts';
import { type Adding, examples, nodeCount, outputOption, portNumber, positiveNumber } from './flags.ts';

/** `lanyard sandbox …` */
export function addSandboxCommands(program: Command, adding: Adding): void {
	const sandbox = program
		.command('sandbox')
		.description('Azure and clusters on this machine, with authorization that is really enforced.');
	addUp(sandbox, adding);
	addStatus(sandbox, adding);
	addWaysIn(sandbox, adding);
	addLog(sandbox, adding);
	addSnapshots(sandbox, adding);
	addFaults(sandbox, adding);
	addClusters(sandbox, adding);
}

function addFaults(sandbox: Command, { context, outcome }: Adding): void {
	named(sandbox.command('break').description('Make a cause of failing pulls true in a world.'))
		.argument('<code>', 'a problem code, as lanyard sandbox faults lists them')
		.argument('[target...]', 'the workload: deployment/NAME (default: the only deployment of the namespace)')
		.usage('[options] <code> [target]')
		.option('-n, --namespace <namespace>', 'the namespace of the workload', 'default')
		.addHelpText(
			'after',
			examples(
				'sandbox break identity-lacks-pull-role',
				'sandbox break dns-failure deployment/web',
				'sandbox break rate-limited deployment/web -n shop',
			),
		)
		.action(async (code: string, words: string[], flags: Omit<BreakFlags, 'code'>) => {
			const target = readTypedTarget(words, `sandbox break ${code}`);
			const { sandboxBreak } = await import('./commands/sandbox/faults.ts');
			outcome.exitCode = await sandboxBreak(context, { ...flags, code, ...(target === undefined ? {} : { target }) });
		});
	named(sandbox.command('mend').description('Take back what was broken in a world.'))
		.argument('[code]', 'only this cause (default: all that stand)')
		.addHelpText('after', examples('sandbox mend', 'sandbox mend dns-failure', 'sandbox mend --name shop'))
		.action(async (code: string | undefined, flags: NamedFlags) => {
			const { sandboxMend } = await import('./commands/sandbox/faults.ts');
			outcome.exitCode = await sandboxMend(context, { ...flags, ...(code === undefined ? {} : { code }) });
		});
	named(sandbox.command('faults').description('List what can be broken in a world, and what is.'))
		.addHelpText('after', examples('sandbox faults', 'sandbox faults -o json', 'sandbox faults --name shop'))
		.action(async (flags: NamedFlags) => {
			const { sandboxFaults } = await import('./commands/sandbox/faults.ts');
			outcome.exitCode = await sandboxFaults(context, flags);
		});
}

function addLog(sandbox: Command, { context, outcome }: Adding): void {
	named(sandbox.command('log').description('Show who asked what in a world, what was decided, and why.'))
		.option('--follow', 'go on until Ctrl-C')
		.option('--refused', 'only what was refused')
		.option('--lines <count>', 'how many of the newest requests', positiveNumber, 30)
		.addHelpText('after', examples('sandbox log', 'sandbox log --refused', 'sandbox log --lines 5 -o json'))
		.action(async (flags: LogFlags) => {
			const { sandboxLog } = await import('./commands/sandbox/log.ts');
			outcome.exitCode = await sandboxLog(context, flags);
		});
	named(
		sandbox
			.command('why')
			.description('Explain one request: who, with which token, what was looked at, what to change.'),
	)
		.argument('[request]', 'its number in the log, or an id that a client showed (default: the last one refused)')
		.option('--last', 'the last one that was refused (the default)')
		.addHelpText('after', examples('sandbox why', 'sandbox why 12', 'sandbox why --last -o json'))
		.action(async (request: string | undefined, flags: NamedFlags) => {
			const { sandboxWhy } = await import('./commands/sandbox/log.ts');
			outcome.exitCode = await sandboxWhy(context, { ...flags, ...(request === undefined ? {} : { request }) });
		});
}

function addUp(sandbox: Command, { context, outcome }: Adding): void {
	named(sandbox.command('up').description('Start a world.'))
		.option('-f, --file <world.yaml>', 'what is there at the start (default: the built-in world)')
		.option('--time-scale <factor>', 'divide every lifetime, delay and cache by this', positiveNumber)
		.option('--port <port>', 'the proxy port (default: a free one)', portNumber)
		.option('--state <folder>', 'keep the world there; the next start goes on with it (default: gone when it stops)')
		.option('--foreground', 'stay in this terminal until Ctrl-C')
		.addHelpText(
			'after',
			examples('sandbox up', 'sandbox up --time-scale 60', 'sandbox up --name shop --file world.yaml'),
		)
		.action(async (flags: UpFlags) => {
			const { sandboxUp } = await import('./commands/sandbox/up.ts');
			outcome.exitCode = await sandboxUp(context, flags);
		});
}

function addStatus(sandbox: Command, { context, outcome }: Adding): void {
	named(
		sandbox.command('down').description('Stop a world; what was in it is gone, unless it was started with --state.'),
	)
		.addHelpText('after', examples('sandbox down', 'sandbox down --name shop', 'sandbox down -o json'))
		.action(async (flags: NamedFlags) => {
			const { sandboxDown } = await import('./commands/sandbox/admin.ts');
			outcome.exitCode = await sandboxDown(context, flags);
		});
	named(sandbox.command('status').description('Say how a world is.'))
		.addHelpText('after', examples('sandbox status', 'sandbox status --name shop', 'sandbox status -o json'))
		.action(async (flags: NamedFlags) => {
			const { sandboxStatus } = await import('./commands/sandbox/admin.ts');
			outcome.exitCode = await sandboxStatus(context, flags);
		});
	named(sandbox.command('clock').description("Move a world's clock ahead, or tell its time."))
		.argument('[ahead]', 'a length of time: +3h15m, +90s, +1d')
		.addHelpText('after', examples('sandbox clock', 'sandbox clock +3h15m', 'sandbox clock +1d --name shop'))
		.action(async (ahead: string | undefined, flags: NamedFlags) => {
			const { sandboxClock } = await import('./commands/sandbox/admin.ts');
			outcome.exitCode = await sandboxClock(context, { ...flags, ...(ahead === undefined ? {} : { ahead }) });
		});
}

function addSnapshots(sandbox: Command, { context, outcome }: Adding): void {
	named(sandbox.command('snapshot').description('Write a world as it is into a file.'))
		.argument('<file>', 'a new file; the keys of the world are in it')
		.addHelpText(
			'after',
			examples(
				'sandbox snapshot before.snapshot',
				'sandbox snapshot --name shop shop.snapshot',
				'sandbox snapshot ready.snapshot -o json',
			),
		)
		.action(async (file: string, flags: NamedFlags) => {
			const { sandboxSnapshot } = await import('./commands/sandbox/snapshot.ts');
			outcome.exitCode = await sandboxSnapshot(context, { ...flags, file });
		});
	named(sandbox.command('restore').description('Make a running world what a snapshot holds, its time included.'))
		.argument('<file>', 'what sandbox snapshot has written')
		.addHelpText(
			'after',
			examples(
				'sandbox restore before.snapshot',
				'sandbox restore --name shop shop.snapshot',
				'sandbox restore ready.snapshot -o json',
			),
		)
		.action(async (file: string, flags: NamedFlags) => {
			const { sandboxRestore } = await import('./commands/sandbox/snapshot.ts');
			outcome.exitCode = await sandboxRestore(context, { ...flags, file });
		});
}

function addClusters(sandbox: Command, { context, outcome }: Adding): void {
	const cluster = sandbox.command('cluster').description('Clusters of a world that are not AKS.');
	const into = ['--kubeconfig <file>', "which kubeconfig (default: the world's own, which its shells use)"] as const;
	named(cluster.command('create').description('Make one more cluster, and write the way in into a kubeconfig.'))
		.argument('<cluster>', 'its name; also that of its context')
		.option('--plain', 'a cluster that is not AKS (az aks create makes the others)')
		.option('--nodes <count>', 'how many nodes', nodeCount, 1)
		.option(...into)
		.addHelpText(
			'after',
			examples(
				'sandbox cluster create edge --plain',
				'sandbox cluster create edge --plain --nodes 3 --kubeconfig edge.yaml',
				'sandbox cluster create edge --plain --name shop -o json',
			),
		)
		.action(async (name: string, flags: Omit<ClusterFlags, 'cluster'>) => {
			const { sandboxClusterCreate } = await import('./commands/sandbox/cluster.ts');
			outcome.exitCode = await sandboxClusterCreate(context, { ...flags, cluster: name });
		});
	named(cluster.command('delete').description('Take a cluster that is not AKS out of a world.'))
		.argument('<cluster>', 'its name')
		.option(...into)
		.addHelpText(
			'after',
			examples(
				'sandbox cluster delete edge',
				'sandbox cluster delete edge --kubeconfig edge.yaml',
				'sandbox cluster delete edge --name shop -o json',
			),
		)
		.action(async (name: string, flags: NamedFlags & { kubeconfig?: string }) => {
			const { sandboxClusterDelete } = await import('./commands/sandbox/cluster.ts');
			outcome.exitCode = await sandboxClusterDelete(context, { ...flags, cluster: name });
		});
}

function addWaysIn(sandbox: Command, { context, outcome }: Adding): void {
	const shell = new Option('--shell <shell>', 'how to write it (default: as $SHELL)').choices([
		'bash',
		'zsh',
		'fish',
		'powershell',
	]);
	named(sandbox.command('env').description('Print the variables that make any client use the world.'))
		.addOption(shell)
		.addHelpText('after', examples('sandbox env', 'sandbox env --shell fish', 'sandbox env -o json'))
		.action(async (flags: NamedFlags & { shell?: ShellName }) => {
			const { sandboxEnv } = await import('./commands/sandbox/environment.ts');
			outcome.exitCode = await sandboxEnv(context, flags);
		});
	named(sandbox.command('shell').description('Open a shell in the world; its prompt says so.'))
		.addHelpText('after', examples('sandbox shell', 'sandbox shell --name shop', 'sandbox shell < script.sh'))
		.action(async (flags: NamedFlags) => {
			const { sandboxShell } = await import('./commands/sandbox/shell.ts');
			outcome.exitCode = await sandboxShell(context, flags);
		});
	named(
		sandbox.command('browser', { hidden: true }).description('Sign in at a page of the world: what $BROWSER is there.'),
	)
		.argument('<url>', 'the page')
		.addHelpText(
			'after',
			examples(
				'sandbox browser "$URL"',
				'sandbox browser https://login.microsoftonline.com/common/oauth2/v2.0/authorize?…',
				'sandbox browser --name shop "$URL"',
			),
		)
		.action(async (url: string, flags: NamedFlags) => {
			const { sandboxBrowser } = await import('./commands/sandbox/browser.ts');
			outcome.exitCode = await sandboxBrowser(context, { ...flags, url });
		});
	named(sandbox.command('exec').description('Run a command in the world.'))
		.argument('<command...>', 'behind --')
		.addHelpText(
			'after',
			examples(
				'sandbox exec -- lanyard check deployment/web',
				'sandbox exec -- curl -s https://myregistry.azurecr.io/v2/',
				'sandbox exec --name shop -- lanyard explain deployment/web',
			),
		)
		.action(async (command: string[], flags: NamedFlags) => {
			const { sandboxExec } = await import('./commands/sandbox/shell.ts');
			outcome.exitCode = await sandboxExec(context, { ...flags, command });
		});
}

function named(command: Command): Command {
	return command.option('--name <name>', 'which world', 'default').addOption(outputOption());
}
