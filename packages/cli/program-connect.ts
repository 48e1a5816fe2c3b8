import { type Command, Option } from 'commander';

import type { AttachFlags } from './commands/attach.ts';
import type { DetachFlags } from './commands/detach.ts';
import type { ContinueFlags, PlansFlags } from './commands/plans.ts';
import {
	addAttachFlags,
	addWorldFlags,
	type Adding,
	examples,
	inSession,
	listOf,
	outputOption,
	positiveNumber,
} from './flags.ts';

/** `lanyard attach`, `detach` and what goes on with or takes back any plan. */
export function addConnectCommands(program: Command, adding: Adding): void {
	addAttach(program, adding);
	addDetach(program, adding);
	addPlans(program, adding);
}

/** The nodes' identity, or a pull secret from one of these sources. */
const methods = ['identity', 'new-service-principal', 'service-principal', 'token', 'short-lived', 'admin-user'];

function addAttach(program: Command, adding: Adding): void {
	addAttachFlags(
		program
			.command('attach')
			.description("Give a cluster's nodes the pull role on a registry, and prove it by a pull."),
	)
		.addOption(
			new Option('--method <name>', "how (default: the nodes' identity; a pull secret off AKS)").choices(methods),
		)
		.optionsGroup('Which role:')
		.option('--repository <name>', 'only this one (nginx), or all below it (backend/); may be repeated', listOf)
		.option('--via-group <name>', 'give the role to this group, and put the identity into it')
		.optionsGroup('Proof:')
		.option('--prove-with <image>', 'pull this image of the registry')
		.option('--patience <minutes>', 'how long to wait for Azure to replicate the role', positiveNumber, 5)
		.addHelpText(
			'after',
			examples(
				'attach --cluster mycluster --registry myregistry',
				'attach --cluster mycluster --registry myregistry --dry-run',
				'attach --context on-premises --registry myregistry --method token',
			),
		)
		.action((flags: AttachFlags) =>
			inSession(adding, flags, async (session) => {
				const { attachCommand } = await import('./commands/attach.ts');
				return attachCommand(adding.context, session, flags);
			}),
		);
}

function addDetach(program: Command, adding: Adding): void {
	addAttachFlags(
		program
			.command('detach')
			.description("Take a registry's pull role from a cluster's nodes, and show that none is left."),
	)
		.addHelpText(
			'after',
			examples(
				'detach --cluster mycluster --registry myregistry',
				'detach --cluster mycluster --registry myregistry --dry-run',
				'detach --cluster mycluster --registry myregistry --yes',
			),
		)
		.action((flags: DetachFlags) =>
			inSession(adding, flags, async (session) => {
				const { detachCommand } = await import('./commands/detach.ts');
				return detachCommand(adding.context, session, flags);
			}),
		);
}

function addPlans(program: Command, adding: Adding): void {
	const { context, outcome } = adding;
	addWorldFlags(program.command('undo').description('Take back what a plan did, last step first.'))
		.argument('[plan]', 'its id (default: the latest of this world that has something left)')
		.option('-y, --yes', 'do not ask')
		.option('--dry-run', 'print what is left and stop')
		.addHelpText('after', examples('undo', 'undo 2f7k-9qdm --dry-run', 'undo 2f7k-9qdm --yes -o json'))
		.action((plan: string | undefined, flags: ContinueFlags) =>
			inSession(adding, flags, async (session) => {
				const { undoCommand } = await import('./commands/plans.ts');
				return undoCommand(context, session, { ...flags, ...(plan !== undefined && { plan }) });
			}),
		);
	addWorldFlags(program.command('resume').description('Go on with a plan that was cut short.'))
		.argument('[plan]', 'its id (default: the latest of this world that has something left)')
		.option('-y, --yes', 'do not ask')
		.option('--dry-run', 'print what is left and stop')
		.addHelpText('after', examples('resume', 'resume 2f7k-9qdm --dry-run', 'resume 2f7k-9qdm --yes -o json'))
		.action((plan: string | undefined, flags: ContinueFlags) =>
			inSession(adding, flags, async (session) => {
				const { resumeCommand } = await import('./commands/plans.ts');
				return resumeCommand(context, session, { ...flags, ...(plan !== undefined && { plan }) });
			}),
		);
	program
		.command('plans')
		.description('List what was planned and done from this machine, the latest first.')
		.option('--forget <plan>', 'forget one: it can no longer be undone; copies of secrets kept for that go too')
		.option('--cloud <name>', 'with --forget: where its world is (default: AzureCloud)')
		.addOption(outputOption())
		.addHelpText('after', examples('plans', 'plans -o json', 'plans --forget 2f7k-9qdm'))
		.action(async (flags: PlansFlags) => {
			const { plansCommand } = await import('./commands/plans.ts');
			const open = async (world: string) => {
				const { openSession } = await import('./session/open.ts');
				return openSession(context.config, { ...flags, world, tell: (message) => context.terminal.say(message) });
			};
			outcome.exitCode = await plansCommand(context, open, flags);
		});
}
