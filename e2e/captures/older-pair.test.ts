import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { caseFiles } from './case-files.ts';
import { requestDifferences, wordDifferences } from './pair-differences.ts';
import { readObservations, readVectors } from './vector-file.ts';

const observed = async (folder: 'kubelet' | 'kubelet-older') =>
	Object.assign({}, ...(await Promise.all(caseFiles.map((file) => readObservations(file, folder)))));
const [newer, older] = [await observed('kubelet'), await observed('kubelet-older')];

async function versionOf(folder: 'kubelet' | 'kubelet-older'): Promise<string> {
	const [file] = caseFiles;
	const { source }: { source: { version: string } } = JSON.parse((file && (await readVectors(file, folder))) ?? '{}');
	return source.version.split(', ').slice(0, 2).join(' with ');
}

it('the older pair has been through every case', () => {
	const names = caseFiles.flatMap(({ cases }) => cases.map(({ name }) => name));
	expect(names.filter((name) => older[name] === undefined)).toEqual([]);
});

// `npm test -- e2e/captures/older-pair.test.ts -u` writes it.
it('docs/older-kubelet.md tells what the older pair says otherwise', async () => {
	const [now, before] = [await versionOf('kubelet'), await versionOf('kubelet-older')];
	const words = wordDifferences(caseFiles, newer, older);
	const requests = requestDifferences(caseFiles, newer, older);
	const differing = words.flatMap(({ cases }) => cases).length;
	const blocks = words.map(({ cases, ...said }) => {
		const lines = [...said.newer.map((one) => `- ${one}`), ...said.older.map((one) => `+ ${one}`)];
		return `${cases.map((name) => `\`${name}\``).join(', ')}\n\n\`\`\`diff\n${lines.join('\n')}\n\`\`\`\n`;
	});
	const rows = requests.map((row) => `| \`${row.name}\` | ${row.newer} | ${row.older} |`);
	const text = `# An older kubelet beside the current one

The pulls of \`vectors/kubelet\`, observed once more on another pair (\`npm run capture -- --older\`): ${before}. The control plane
is the newer one in both. They are in \`vectors/kubelet-older\`, to be read; what the sandbox says is held against ${now} alone. This page is written by a test.

## What is said otherwise

In ${differing} of ${Object.keys(newer).length} pulls. \`-\` is ${now}, \`+\` is ${before}; \`waiting\` is the reason for which a container waits.

${blocks.join('\n')}
## What is asked otherwise

Pulls in which the requests of the first attempt are others, or in another order; here is how many there were.

| case | ${now} | ${before} |
| --- | --- | --- |
${rows.join('\n')}
`;
	await expect(text).toMatchFileSnapshot(fileURLToPath(new URL('../../docs/older-kubelet.md', import.meta.url)));
});
