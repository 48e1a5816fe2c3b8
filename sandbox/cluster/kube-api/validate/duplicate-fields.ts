/*
 * Fields that a body names twice, as a strict reading tells them (sigs.k8s.io/json, `duplicate field "spec.containers[0].image"`):
 * once for each further time, in the order of the text.
 */
interface Frame {
	path: string;
	/** Names seen so far; undefined in a list. */
	names?: Set<string>;
	/** Where the next value stands, in a list. */
	index: number;
	/** The name whose value comes next. */
	name?: string;
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** A server tells no more of them (strictErrors of sigs.k8s.io/json). */
const most = 100;

/** Paths of the fields that are named again; the text must be JSON. */
export function duplicateFields(text: string): string[] {
	const found: string[] = [];
	const frames: Frame[] = [];
	for (const [token] of text.matchAll(tokens)) {
		const frame = frames.at(-1);
		if (token === '}' || token === ']') frames.pop();
		else if (token === ',' && frame) advance(frame);
		else if (token === '{') frames.push({ path: frame ? placeIn(frame) : '', names: new Set(), index: 0 });
		else if (token === '[') frames.push({ path: frame ? placeIn(frame) : '', index: 0 });
		else if (token.startsWith('"') && frame && isAgain(frame, token)) found.push(placeIn(frame));
	}
	return found.slice(0, most);
}

/** Whether a text is a name, and one that was there before. */
function isAgain(frame: Frame, token: string): boolean {
	if (!frame.names || frame.name !== undefined) return false;
	const name: unknown = JSON.parse(token);
	frame.name = String(name);
	const isThere = frame.names.has(frame.name);
	frame.names.add(frame.name);
	return isThere;
}

function advance(frame: Frame): void {
	frame.index += 1;
	delete frame.name;
}

function placeIn({ path, names, index, name = '' }: Frame): string {
	if (!names) return `${path}[${index}]`;
	return path === '' ? name : `${path}.${name}`;
}
