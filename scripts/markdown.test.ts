import { expect, it } from 'vitest';
import { anchorOf, parseMarkdown } from './markdown.ts';

const anchors: [heading: string, anchor: string][] = [
	['Where do I change …?', 'where-do-i-change-'],
	['`identity-lacks-pull-role`', 'identity-lacks-pull-role'],
	['Add a command, a method', 'add-a-command-a-method'],
	['See [the plan](plan.md)', 'see-the-plan'],
	['snake_case & more', 'snake_case--more'],
];
it.each(anchors)('names the heading %s as GitHub does', (heading, anchor) => expect(anchorOf(heading)).toBe(anchor));

const text = `# Title

A [link](docs/a.md#b "title"), an ![image](<pic.png>), \`[no](link)\`.

[later]: docs/c.md
<a id="named"></a>

## Title

\`\`\`md
## not a heading, [not](a-link)
\`\`\`

### \`registry-down\`
`;

it('reads anchors, links, blocks and headings', () =>
	expect(parseMarkdown(text)).toEqual({
		anchors: new Set(['title', 'title-1', 'named', 'registry-down']),
		links: [
			{ target: 'docs/a.md#b', line: 3 },
			{ target: 'pic.png', line: 3 },
			{ target: 'docs/c.md', line: 5 },
		],
		fences: [{ info: 'md', lines: ['## not a heading, [not](a-link)'], line: 11 }],
		headings: [
			{ text: 'Title', line: 1 },
			{ text: 'Title', line: 8 },
			{ text: 'registry-down', line: 14 },
		],
	}));
