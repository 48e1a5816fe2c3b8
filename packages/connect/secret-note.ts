import { optionalString } from '@lanyard/wire';

/** What a pull secret says, in an annotation, of one of the credentials in it: where it is from and when it ends. */
export interface SecretNote {
	/** The key under which the docker config has it. */
	server: string;
	/** `service-principal`, `admin-user`, `token`, `short-lived`, `login`. */
	source: string;
	/** Resource id of the registry. */
	registry?: string;
	/** Object id of the application whose password it is. */
	application?: string;
	/** Resource id of the repository token whose password it is. */
	token?: string;
	/** What the source knows it by. */
	id?: string;
	/** RFC 3339. */
	endsAt?: string;
}

/** The annotation that holds the notes of a pull secret. */
export const noteAnnotation = 'lanyard.dev/credentials';

/** The annotation that names the plan that wrote a pull secret. */
export const planAnnotation = 'lanyard.dev/plan';

/** Reads the notes of a secret's annotations; what is no note of ours counts as none. */
export function parseSecretNotes(annotations: Readonly<Record<string, string>>): SecretNote[] {
	const text = annotations[noteAnnotation];
	if (text === undefined) return [];
	try {
		const list: unknown = JSON.parse(text);
		return Array.isArray(list) ? list.flatMap((one) => parseNote(one) ?? []) : [];
	} catch {
		// Somebody edited it: then the secret is one whose origin is not known.
		return [];
	}
}

function parseNote(json: unknown): SecretNote | undefined {
	const [server, source] = [optionalString(json, 'server'), optionalString(json, 'source')];
	if (server === undefined || source === undefined) return undefined;
	const names = ['registry', 'application', 'token', 'id', 'endsAt'] as const;
	const more = names.flatMap((name) => {
		const value = optionalString(json, name);
		return value === undefined ? [] : [[name, value] as const];
	});
	return { server, source, ...Object.fromEntries(more) };
}

/** Writes the notes as the annotation has them. */
export function buildSecretNotes(notes: readonly SecretNote[]): string {
	return JSON.stringify(notes);
}
