import { type ImportSeen, planImport } from '@lanyard/connect';
import { type ExitCode, Problem } from '@lanyard/core';

import { findRegistry } from '../../session/find.ts';
import type { Session } from '../../session/session.ts';
import { readTypedImage } from '../../session/typed-image.ts';
import { announcePlan, type ChangeFlags, newPlanNames, performPlan, printExport } from '../change.ts';
import type { CommonFlags, Context } from '../context.ts';
import { tellPlan } from '../plans.ts';

export interface ImportFlags extends CommonFlags, ChangeFlags {
	image: string;
	registry: string;
	/** What it is to be called: `nginx:v1`. */
	as?: string;
	force?: boolean;
}

/** `lanyard import`: copies an image into a registry, and shows that it is there. */
export async function importCommand(context: Context, session: Session, flags: ImportFlags): Promise<ExitCode> {
	const seen = await gatherImport(session, flags);
	const plan = planImport(seen, newPlanNames(session));
	const because = 'import: the registry itself fetches the image, nothing goes through this machine';
	await announcePlan(context, session, { plan, because, flags });
	const performed = await performPlan(context, session, { plan, flags });
	if (flags.export) return printExport(context, plan, flags.export);
	if (performed.outcome === 'planned') return tellPlan(context, flags, { ...performed, outcome: 'planned', says: '' });
	const { repository, tag, registry } = seen;
	const { digest } = await session.registry(registry.loginServer).manifest({ repository, tag });
	const says = `${registry.loginServer}/${repository}:${tag} is there: ${digest}`;
	return tellPlan(context, flags, { plan: performed.plan, outcome: 'done', says });
}

async function gatherImport(session: Session, flags: ImportFlags): Promise<ImportSeen> {
	const source = readTypedImage(flags.image);
	const registry = await findRegistry(session, flags.registry, flags);
	const sourceRegistry = await findRegistry(session, source.host, flags).catch((problem: unknown) => {
		if (problem instanceof Problem && problem.code === 'registry-not-found') return undefined;
		throw problem;
	});
	const [repository, tag] = targetOf(flags, source);
	const callerMay = await session.arm.permissions(registry.id);
	const target = session.registry(registry.loginServer);
	const refused = (problem: unknown) => {
		if (problem instanceof Problem) return 'refused' as const;
		throw problem;
	};
	const [there, size] = await Promise.all([
		target.manifest({ repository, tag }).catch(refused),
		target.repositorySize(repository).catch(refused),
	]);
	return {
		...{ registry, callerMay, source, repository, tag },
		...(sourceRegistry && { sourceRegistry }),
		isThere: there !== 'refused',
		isNew: size === undefined,
		force: flags.force === true,
	};
}

/** Docker Hub's `library/` is its own: nobody calls their copy so. */
function targetOf({ as }: ImportFlags, source: { repository: string; tag?: string | undefined }): [string, string] {
	const [name = '', tag = source.tag ?? 'latest', ...rest] = (as ?? source.repository.replace(/^library\//, '')).split(
		':',
	);
	if (name !== '' && rest.length === 0 && /^[a-z0-9][a-z0-9._/-]*$/.test(name)) return [name, tag];
	throw new Problem('bad-image-reference', { wanted: 'REPOSITORY:TAG for --as', found: `"${as}"` });
}
