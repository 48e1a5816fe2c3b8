/** Readers of Azure's stop at this depth (Newtonsoft.Json, `MaxDepth`); ours have to stop somewhere, too: writing recurses. */
const deepest = 64;

/** A text from outside as JSON; undefined where it is none, or nested deeper than anybody reads. */
export function parseJson(text: string): unknown {
	try {
		const value: unknown = JSON.parse(text);
		return isDeep(value) ? undefined : value;
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
}

/** Level by level: a walk that recurses would fall where the text is made to let it fall. */
function isDeep(value: unknown): boolean {
	let level = [value];
	for (let depth = 0; level.length > 0; depth += 1) {
		if (depth > deepest) return true;
		level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
	}
	return false;
}
