/**
 * The stories: `NNN.md` has one numbered step for everything that the source document NNN asks its reader to do.
 *
 *     ## 3 · What it is
 *     - stands for: line 42, or lines 42-44: the sentence, in our words
 *     - how: run | replayed | translated | not expressible, with the reason behind a colon
 *     - part: azure | registry | kubernetes
 *     - world: which of the story's worlds; left out: the first
 *     - expected: exit 0, says /words/, says /other words/
 *     - check: a command whose output counts for "says", its exit code does not
 *     - later: what the sandbox lacks
 *
 * and a `bash` block, unless it is not expressible. Worlds are `yaml` blocks under `# World NAME` or `# World NAME, with an engine`
 * (Docker's); a `bash` block there makes what a document takes for granted.
 */

const hows = ['run', 'replayed', 'translated', 'not expressible'] as const;
const parts = ['azure', 'registry', 'kubernetes'] as const;

export type How = (typeof hows)[number];

export interface Step {
	number: number;
	title: string;
	/** Lines of the source document. */
	lines: number[];
	/** What the document says there, in our words. */
	sentence: string;
	how: How;
	/** Why it is not run as written. */
	why: string;
	part: (typeof parts)[number];
	world: string;
	code: string;
	check: string;
	exit: number;
	says: RegExp[];
	/** What the sandbox does not have yet. */
	later: string;
}

export interface StoryWorld {
	name: string;
	/** `world.yaml` */
	file: string;
	/** Makes what the document takes for granted; runs in the same shell. */
	before: string;
	needsEngine: boolean;
}

export interface Story {
	/** `000` */
	document: string;
	worlds: StoryWorld[];
	steps: Step[];
}

/** Reads a story; throws with the heading under which something is wrong. */
export function parseStory(document: string, text: string): Story {
	// Comments of a script look like headings, too.
	const sections = text.split(/^(?=# World |## \d+ · )/m).map((section) => ({
		heading: section.split('\n')[0] ?? '',
		body: section.split('\n').slice(1).join('\n'),
	}));
	const worlds = sections.flatMap(({ heading, body }) => {
		const [, name, engine] = /^# World (\w+)(, with an engine)?$/.exec(heading) ?? [];
		if (name === undefined) return [];
		return [{ name, file: blockOf(body, 'yaml'), before: blockOf(body, 'bash'), needsEngine: engine !== undefined }];
	});
	const [first] = worlds;
	if (!first) throw new Error(`${document}: no world`);
	const steps = sections.filter(({ heading }) => heading.startsWith('## ')).map((one) => parseStep(one, first.name));
	return { document, worlds, steps };
}

function parseStep({ heading, body }: { heading: string; body: string }, firstWorld: string): Step {
	const [, number = '', title = ''] = /^## (\d+) · (.+)$/.exec(heading) ?? [];
	const [list = ''] = body.split('```');
	const field = (name: string) =>
		new RegExp(`^- ${name}: (.+(?:\\n  .+)*)`, 'm').exec(list)?.[1]?.replaceAll('\n ', '') ?? '';
	const [, from = '', to = from, sentence = ''] =
		/^lines? (\d+)(?:-(\d+))?: (.+)$/.exec(field('stands for')) ?? wrong(heading, 'it stands for no line');
	const [how, ...why] = field('how').split(': ');
	const code = blockOf(body, 'bash');
	const isToRun = how !== 'not expressible';
	if (isToRun !== (code !== '')) wrong(heading, isToRun ? 'no command' : 'a command that is not expressible');
	return {
		number: Number(number),
		title,
		lines: Array.from({ length: Number(to) - Number(from) + 1 }, (_, at) => Number(from) + at),
		sentence,
		how: hows.find((one) => one === how) ?? wrong(heading, `how: ${how}`),
		why: why.join(': '),
		part: parts.find((one) => one === field('part')) ?? wrong(heading, `part: ${field('part')}`),
		world: field('world') || firstWorld,
		code,
		check: field('check'),
		...(isToRun ? parseExpected(field('expected')) : { exit: 0, says: [] }),
		later: field('later'),
	};
}

function parseExpected(text: string): { exit: number; says: RegExp[] } {
	const exit = /^exit (\d+)/.exec(text)?.[1] ?? wrong(text, 'no exit code');
	const says = text.matchAll(/says \/(.+?)\/(?=,|$)/g);
	return { exit: Number(exit), says: Array.from(says, ([, words = '']) => new RegExp(words, 'm')) };
}

function blockOf(body: string, language: string): string {
	return new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(body)?.[1] ?? '';
}

function wrong(heading: string, what: string): never {
	throw new Error(`"${heading}": ${what}`);
}
