import { runProgram } from '../set-up/run-program.ts';
import { answerWithOurs, type Answers } from './our-answers.ts';
import { generateQuestions, type Questions } from './questions.ts';

export interface Agreement {
	questions: number;
	/** One line for each question that is answered otherwise. */
	disagreements: string[];
}

/** Asks Kubernetes' own code and ours the same table of questions. */
export async function compareCredentialRules(program: string, seed: string, count: number): Promise<Agreement> {
	const questions = generateQuestions(seed, count);
	const output = await runProgram(program, [], { input: JSON.stringify(questions) });
	const theirs: Answers = JSON.parse(output);
	const disagreements = disagreementsOf(questions, theirs, answerWithOurs(questions));
	const total = questions.matches.length + questions.lookups.length + questions.references.length;
	return { questions: total, disagreements };
}

/** Holds two tables of answers to the same questions beside each other. */
export function disagreementsOf(questions: Questions, theirs: Answers, ours: Answers): string[] {
	return (['matches', 'lookups', 'references'] as const).flatMap((table) =>
		questions[table].flatMap((question, at) => {
			const [expected, found] = [comparable(theirs[table][at]), comparable(ours[table][at])];
			return expected === found ? [] : [`${table} ${JSON.stringify(question)}: Kubernetes ${expected}, we ${found}`];
		}),
	);
}

/** A key that cannot be parsed matches nothing; of an error only that there is one counts. */
function comparable(answer: unknown): string {
	if (answer === 'error') return '"no"';
	return JSON.stringify(answer, (key, value: unknown) => (key === 'error' ? 'error' : value));
}
