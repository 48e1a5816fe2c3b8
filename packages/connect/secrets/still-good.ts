import type { SecretNote } from '../secret-note.ts';

/** That credentials still work where no secret has them any more. Ending them cannot be undone, and others may use them: whoever knows is told how. */
export function stillGood(notes: readonly SecretNote[]): string {
	const last = notes
		.flatMap(({ endsAt }) => endsAt ?? [])
		.toSorted()
		.at(-1);
	const until = last === undefined ? '' : ` until ${last.slice(0, 10)}`;
	const good = `stays good${until}`;
	if (notes.length > 0 && notes.every(({ source }) => source === 'short-lived')) return good;
	const how = [...new Set(notes.flatMap((note) => endingCommand(note) ?? []))];
	return `${good}; once nobody uses it, end it${how.length > 0 ? `:\n${how.join('\n')}` : ' where it was made'}`;
}

function endingCommand({ source, registry = '', application, token, id }: SecretNote): string | undefined {
	const registryName = registry.split('/').at(-1);
	if (source === 'service-principal' && application !== undefined && id !== undefined) {
		return `az ad app credential delete --id ${application} --key-id ${id}`;
	}
	if (source === 'token' && token !== undefined) {
		return `az acr token update --name ${token.split('/').at(-1)} --registry ${registryName} --status disabled`;
	}
	return source === 'admin-user' ? `az acr update --name ${registryName} --admin-enabled false` : undefined;
}
