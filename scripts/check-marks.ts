import type { Findings } from './gate.ts';
import { parseSourceFile } from './source-file.ts';
import { code, readTrackedFiles } from './tracked-files.ts';

const mark =
	/^(?:it|test|describe|suite|bench)(?:\.\w+)*\.(?:only|skip|todo|fails)\b|^[xf](?:it|test|describe)$|^(?:context|ctx|t|task)\.skip$/;
const condition = /^(?:it|test|describe|suite)(?:\.\w+)*\.(?:skipIf|runIf)$/;

/** The only reason for which a test may be left out: what it compares with is not on this machine, and it says so. */
const reason = /not run: [\w${}. -]+ absent/;

/** Whether every test is really run (nothing marked, and left out only where its counterpart is missing), and every merge finished. */
export function checkMarks(root: string): Findings {
	const files = readTrackedFiles(root, code).filter(({ path }) => /\.test\.tsx?$/.test(path));
	const wrong = files.flatMap((file) => {
		const { uses } = parseSourceFile(file);
		const marks = uses.filter(({ name }) => mark.test(name) || (condition.test(name) && !reason.test(file.text)));
		return marks.map(({ name, line }) =>
			condition.test(name)
				? `${file.path}:${line}: ${name} in a file that does not say "not run: … absent"`
				: `${file.path}:${line}: ${name}: every test is run`,
		);
	});
	return { saw: files.length, wrong: [...new Set(wrong), ...conflictMarks(root)] };
}

/** What a merge that was not finished leaves in a file, whatever its kind. */
function conflictMarks(root: string): string[] {
	return readTrackedFiles(root, /\.(tsx?|m?js|md|json|ya?ml|sh|go|py)$/).flatMap(({ path, text }) =>
		text
			.split('\n')
			.flatMap((line, at) =>
				/^(<{7}|>{7}|\|{7}) /.test(line) ? [`${path}:${at + 1}: a conflict of a merge that was not solved`] : [],
			),
	);
}
