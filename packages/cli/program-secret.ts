import { type Command, Option } from 'commander';

import type { AdoptFlags, DeleteFlags, RotateFlags } from './commands/secret/change-secret.ts';
import type { CreateFlags } from './commands/secret/create.ts';
import type { ListFlags } from './commands/secret/list.ts';
import {
	addChangeFlags,
	addWorldFlags,
	type Adding,
	examples,
	inReadingSession,
	inSession,
	listOf,
	positiveNumber,
} from './flags.ts';

/** `lanyard secret …` */
export function addSecretCommands(program: Command, adding: Adding): void {
	const secret = program
		.command('secret')
		.description('Pull secrets: made from any source, proved, renewed, found, taken away.');
	addCreate(secret, adding);
	addFinders(secret, adding);
	addRotate(secret, adding);
	addAdopt(secret, adding);
	addDelete(secret, adding);
}

const sources = ['new-service-principal', 'service-principal', 'token', 'short-lived', 'admin-user', 'login'];

function addCreate(secret: Command, adding: Adding): void {
	addLoginFlags(
		addPlaceFlags(secret.command('create').description('Make a pull secret, and prove that it pulls.'))
			.argument('<name>', "the secret's name")
			.optionsGroup('What:')
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

function addFinders(secret: Command, adding: Adding): void {
	addWorldFlags(
		addWhereFlags(secret.command('list').description('List pull secrets: where from, until when, used by what.')),
	)
		.addHelpText('after', examples('secret list', 'secret list -n shop,web', 'secret list -o json'))
		.action((flags: ListFlags) =>
			inReadingSession(adding, flags, async (session) => {
				const { secretList } = await import('./commands/secret/list.ts');
				return secretList(adding.context, session, flags);
			}),
		);
	addWorldFlags(
		addWhereFlags(secret.command('show').description('Show a pull secret but for its values, and who can read it.')),
	)
		.argument('<name>', "the secret's name")
		.addHelpText('after', examples('secret show pull', 'secret show pull -n shop', 'secret show pull -o yaml'))
		.action((name: string, flags: ListFlags) =>
			inReadingSession(adding, flags, async (session) => {
				const { secretShow } = await import('./commands/secret/list.ts');
				return secretShow(adding.context, session, { ...flags, name });
			}),
		);
}

function addRotate(secret: Command, adding: Adding): void {
	addLoginFlags(
		addPlaceFlags(secret.command('rotate').description('Renew the credential of a pull secret, wherever it is used.'))
			.argument('<name>', "the secret's name")
			.optionsGroup('Its credential:')
			.option('--lifetime <days>', 'when the new password ends (default: a year, where it can end)', positiveNumber)
			.option('--repository <name>', 'the one to prove with', listOf),
	)
		.addHelpText(
			'after',
			examples('secret rotate pull', 'secret rotate pull --dry-run', 'secret rotate pull --lifetime 90 --yes'),
		)
		.action((name: string, flags: Omit<RotateFlags, 'name'>) =>
			inSession(adding, flags, async (session) => {
				const { secretRotate } = await import('./commands/secret/change-secret.ts');
				return secretRotate(adding.context, session, { ...flags, name });
			}),
		);
}

function addAdopt(secret: Command, adding: Adding): void {
	addPlaceFlags(secret.command('adopt').description('Check a pull secret that is there, and take it over.'))
		.argument('<name>', "the secret's name")
		.optionsGroup('Its use:')
		.option('--attach-to <kind/name>', 'serviceaccount/default, deployment/web, …; may be repeated', listOf)
		.option('--repository <name>', 'the one to prove with', listOf)
		.option(...tokenHostOption)
		.addHelpText(
			'after',
			examples(
				'secret adopt pull',
				'secret adopt pull -n shop --attach-to serviceaccount/default',
				'secret adopt pull --dry-run',
			),
		)
		.action((name: string, flags: Omit<AdoptFlags, 'name'>) =>
			inSession(adding, flags, async (session) => {
				const { secretAdopt } = await import('./commands/secret/change-secret.ts');
				return secretAdopt(adding.context, session, { ...flags, name });
			}),
		);
}

function addDelete(secret: Command, adding: Adding): void {
	addPlaceFlags(secret.command('delete').description('Take a pull secret away, and out of what names it.'))
		.argument('<name>', "the secret's name")
		.option('--revoke', 'end its credential too, which cannot be undone')
		.addHelpText(
			'after',
			examples('secret delete pull', 'secret delete pull -n shop --dry-run', 'secret delete pull --revoke --yes'),
		)
		.action((name: string, flags: Omit<DeleteFlags, 'name'>) =>
			inSession(adding, flags, async (session) => {
				const { secretDelete } = await import('./commands/secret/change-secret.ts');
				return secretDelete(adding.context, session, { ...flags, name });
			}),
		);
}

/** For registries whose token service is on a host of its own, such as a GitLab of one's own. */
const tokenHostOption = [
	'--token-host <host>',
	'where the registry may send its login for a token, if that is another host',
	listOf,
] as const;

/** In which cluster and namespaces, and whether to ask first. */
function addPlaceFlags(command: Command): Command {
	return addChangeFlags(addWhereFlags(command));
}

function addWhereFlags(command: Command): Command {
	return command
		.optionsGroup('Which cluster:')
		.option('--cluster <name>', 'a cluster of Azure (default: the context of the kubeconfig)')
		.option('--context <name>', 'a context of the kubeconfig (default: its current one)')
		.option('-n, --namespace <name>', "may be repeated (default: the context's; all for list)", listOf);
}

/** A login that somebody has; never a password as an argument. */
function addLoginFlags(command: Command): Command {
	return command
		.optionsGroup('A login that you have:')
		.option('--user <name>', 'its user; the password is asked for')
		.option('--password-stdin', 'read the password from standard input')
		.option('--password-env <variable>', 'read the password from this environment variable')
		.option('--docker-config <file>', 'read user and password from a docker config')
		.option(...tokenHostOption);
}
