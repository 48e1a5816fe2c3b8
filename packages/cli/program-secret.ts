import { type Command, Option } from 'commander';

import type { CreateFlags } from './commands/secret/create.ts';
import { addChangeFlags, type Adding, examples, inSession, listOf, positiveNumber } from './flags.ts';

/** `lanyard secret …` */
export function addSecretCommands(program: Command, adding: Adding): void {
	const secret = program
		.command('secret')
		.description('Pull secrets: made from any source, proved, renewed, found, taken away.');
	addCreate(secret, adding);
}

const sources = ['new-service-principal', 'service-principal', 'token', 'short-lived', 'admin-user', 'login'];

function addCreate(secret: Command, adding: Adding): void {
	addLoginFlags(
		addPlaceFlags(secret.command('create').description('Make a pull secret, and prove that it pulls.'))
			.argument('<name>', "the secret's name")
			.requiredOption('--registry <name>', 'name, login server, resource id or any host; may be repeated', listOf)
			.optionsGroup('Its credential:')
			.addOption(new Option('--from <source>', 'where it comes from (default: the best that you may)').choices(sources))
			.option('--principal <name>', 'for service-principal: its name or client id')
			.option('--repository <name>', 'only this one (a token can do that), and the one to prove with', listOf)
			.option('--lifetime <days>', 'when its password ends (default: a year, where it can end)', positiveNumber),
	)
		.optionsGroup('Its use:')
		.option('--attach-to <kind/name>', 'serviceaccount/default, deployment/web, …; may be repeated', listOf)
		.option('--lines', 'print the lines for a pod template')
		.option('--replace', 'write into a secret of this name that is there')
		.addHelpText(
			'after',
			examples(
				'secret create pull --registry myregistry --attach-to serviceaccount/default',
				'secret create pull --registry myregistry --from token --repository nginx -n shop,web',
				'secret create hub --registry docker.io --user jane --password-stdin',
			),
		)
		.action((name: string, flags: CreateFlags) =>
			inSession(adding, flags, async (session) => {
				const { secretCreate } = await import('./commands/secret/create.ts');
				return secretCreate(adding.context, session, { ...flags, name });
			}),
		);
}

/** In which cluster and namespaces. */
function addPlaceFlags(command: Command): Command {
	return addChangeFlags(
		command
			.optionsGroup('Which cluster:')
			.option('--cluster <name>', 'a cluster of Azure (default: the context of the kubeconfig)')
			.option('--context <name>', 'a context of the kubeconfig (default: its current one)')
			.option('-n, --namespace <name>', "may be repeated (default: the context's)", listOf),
	);
}

/** A login that somebody has; never a password as an argument. */
function addLoginFlags(command: Command): Command {
	return command
		.optionsGroup('A login that you have:')
		.option('--user <name>', 'its user; the password is asked for')
		.option('--password-stdin', 'read the password from standard input')
		.option('--password-env <variable>', 'read the password from this environment variable')
		.option('--docker-config <file>', 'read user and password from a docker config');
}
