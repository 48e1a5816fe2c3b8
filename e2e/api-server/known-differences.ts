import { readFile } from 'node:fs/promises';

const page = new URL('../../docs/fidelity.md', import.meta.url);
const heading = '## API server beside API server';

/** The requests that docs/fidelity.md lists as answered differently. */
export async function knownDifferences(): Promise<Set<string>> {
	const text = await readFile(page, 'utf8');
	const section = text.split(heading)[1]?.split('\n## ')[0] ?? '';
	const rows = section
		.split('\n')
		.filter((line) => line.startsWith('| ') && !line.startsWith('| request |') && !line.startsWith('| ---'));
	return new Set(rows.map((row) => row.split('|')[1]?.trim() ?? ''));
}
