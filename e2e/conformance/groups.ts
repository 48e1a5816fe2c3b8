/** One group of the suite's tests, and how they ended. */
export interface Group {
	name: string;
	passed: number;
	failed: number;
	/** Not supported here, or switched off. */
	skipped: number;
}

/** The groups of a JUnit report of the suite: the second step of each test's name. */
export function groupsIn(junit: string): Group[] {
	const groups = new Map<string, Group>();
	for (const [, path = '', status = ''] of junit.matchAll(/<testcase name="([^"]*)"[^>]*status="(\w+)"/g)) {
		const name = unescape(path.split('/')[1] ?? path);
		const group = groups.get(name) ?? { name, passed: 0, failed: 0, skipped: 0 };
		groups.set(name, group);
		const field = status === 'passed' || status === 'skipped' ? status : 'failed';
		group[field] += 1;
	}
	return [...groups.values()];
}

/** The groups as a Markdown table, with what they come to. */
export function renderGroups(groups: Group[]): string {
	const sum = (field: 'passed' | 'failed' | 'skipped') => groups.reduce((all, group) => all + group[field], 0);
	const rows = [...groups, { name: '**all**', passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }];
	const lines = rows.map(({ name, passed, failed, skipped }) => `| ${name} | ${passed} | ${failed} | ${skipped} |`);
	return ['| group | passed | failed | skipped |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

function unescape(text: string): string {
	return text.replaceAll('&#34;', '"').replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
