import { cleanText } from './clean.ts';
import { imageOf, type Known, type Reading, readText } from './read-text.ts';
import { splitErrors } from './split-errors.ts';

/** One report of a failed pull: its words, and what else is known. All of it comes from outside. */
export interface WordEvent {
	id?: string;
	message: string;
	/** What a person says about the cluster, in any words. */
	context?: string;
	registryKind?: string;
	runtime?: string;
	platform?: string;
}

/** The attempts of a report: its lines, and in each line the errors of every credential and mirror. */
export function readAttempts(event: WordEvent): Reading[] {
	const known: Known = {
		...(event.registryKind === undefined ? {} : { registry: event.registryKind }),
		...(event.runtime === undefined ? {} : { runtime: event.runtime }),
	};
	const clean = cleanText(event.message);
	const lines = isLog(clean) ? clean.split('\n') : [clean.replaceAll('\n', ' ')];
	const errors = [...new Set(lines.flatMap(splitErrors))].slice(0, 200);
	// An error in brackets does not say again which image it is about, and the frame around it was taken away.
	const image = imageOf(clean);
	const inherited = image === undefined ? known : { ...known, image };
	return errors.map((error) => readText(error, inherited));
}

// Lines of a log or of kubectl describe each say something of their own; a broken paste does not.
function isLog(text: string): boolean {
	const starts =
		/^ ?(?:(?:normal|warning) {1,3}[a-z]|\d{4}-\d\d-\d\d|time=|[iwef]\d{4} |[a-z]{3} {1,2}\d{1,2} \d\d:\d\d|\S{1,60}\[\d{1,9}\]:|\d\d:\d\d:\d\d|- |\* |\d{1,3}[ms] )/gm;
	return (text.match(starts)?.length ?? 0) > 1;
}
