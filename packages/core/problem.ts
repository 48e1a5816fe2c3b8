import { type ProblemCode, problems } from './problem-catalogue.ts';

/** What a problem may say beside its code. `wanted`, `found` and `fix` are shown as one line each. */
export interface ProblemDetails {
	/** Replaces the catalogue's sentence with one that names the things concerned. */
	sentence?: string;
	wanted?: string;
	found?: string;
	where?: string;
	/** Replaces the catalogue's fix with one for this case. */
	fix?: string;
	cause?: unknown;
}

/** The only kind of expected failure. Everything a person needs is in it, and never a secret. */
export class Problem extends Error {
	readonly code: ProblemCode;
	readonly wanted: string | undefined;
	readonly found: string | undefined;
	readonly where: string | undefined;
	readonly fix: string;

	constructor(code: ProblemCode, details: ProblemDetails = {}) {
		super(details.sentence ?? problems[code].sentence, { cause: details.cause });
		this.name = 'Problem';
		this.code = code;
		this.wanted = details.wanted;
		this.found = details.found;
		this.where = details.where;
		this.fix = details.fix ?? problems[code].fix;
	}

	/** The form that `-o json` prints. */
	toJSON(): Record<string, unknown> {
		const { code, message: sentence, wanted, found, where, fix } = this;
		return { schema: 'lanyard.dev/problem/v1', code, sentence, wanted, found, where, fix };
	}
}

/** The CamelCase form that Kubernetes conditions and events require: `registry-down` becomes `RegistryDown`. */
export function reasonOf(code: ProblemCode): string {
	return code
		.split('-')
		.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
		.join('');
}
