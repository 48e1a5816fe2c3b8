/** The text at a path of an answer's JSON, empty when there is none. */
export async function textAt(answer: Response, ...path: (string | number)[]): Promise<string> {
	let found: unknown = await answer.json();
	for (const step of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, step) : undefined;
	return typeof found === 'string' ? found : '';
}
