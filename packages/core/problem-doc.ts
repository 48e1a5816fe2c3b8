import {
	isProblemCode,
	isPullCode,
	isTaxonomyCode,
	type ProblemCode,
	problems,
	type PullCode,
} from './problem-catalogue.ts';
import { problemChecks } from './problem-checks.data.ts';
import { finerChecks } from './problem-finer-checks.data.ts';
import type { CommandProblemKind, PullProblemKind, Retry } from './problem-kind.ts';
import { onlyOne, problemWordings, type Wording, withoutWords } from './problem-wordings.data.ts';
import { reasonOf } from './problem.ts';
import { actorOf, type LinkName, links } from './pull-chain.ts';

const retryWords: Record<Retry, string> = {
	never: 'no',
	'with-backoff': 'yes, by itself in time',
	'after-change': 'only after a change',
};

const actorWords = {
	'api-server': 'the API server',
	kubelet: 'the kubelet',
	provider: "the kubelet's credential provider",
	runtime: 'the container runtime, once per credential',
	cause: 'nobody: it explains a refused exchange or token',
} as const;

const introduction = `# Problems

Every failure that Lanyard knows has one code. The code is the same on the command line, in JSON (\`code\`), in metrics and here;
conditions and events of Kubernetes carry its reason. This page is made from the catalogue in \`packages/core\`.

There are two families. A *pull* problem is a cause of a failing pull and lies at one link of the pull chain. Some codes are
finer than others: they say to which code they belong. A *command* problem is a reason why a command could not do what was
asked, and gives the exit code.

Under each cause stand real words of programs that tell of it, each with where it was seen: a case of \`vectors/kubelet\` (recorded from
kubelet 1.35.4 and containerd 2.4.2) or of \`vectors/pull-words.json\` (recorded from crane, docker, podman and skopeo; podman reads registries with
the library that CRI-O has, docker is what cri-dockerd asks), a public report (\`owner/repository#number\`) or a file of the program. Of reports only the program's
own words are shown, names shortened to \`…\`; a report shows that the words exist, not that this cause was its own. Where causes share their
words, the message alone does not decide; \`lanyard explain --message "…"\` says what is left and what to look at ([how](explain.md)).
`;

/** The page \`docs/problems.md\`: every code of the catalogue, with what it says, what to do, and whether trying again helps. */
export function renderProblemDoc(): string {
	const sections = [...links.map(renderLink), renderCommands()];
	return `${introduction}\n${sections.join('\n')}`;
}

function renderLink(link: LinkName): string {
	const codes = allCodes().filter(isPullCode);
	const here = codes.filter((code) => problems[code].link === link);
	const lines = here.map((code) => renderPull(code, problems[code]));
	const none = 'Nothing lies here: what shows at this link has its cause at another one.\n';
	return `## Link: ${link}\n\nWalked by ${actorWords[actorOf[link]]}.\n\n${lines.length === 0 ? none : lines.join('\n')}`;
}

function renderPull(code: PullCode, kind: PullProblemKind): string {
	const broader = kind.broader === undefined ? [] : [`- Belongs to: ${linkTo(kind.broader)}`];
	const told = `- What tells it apart: ${isTaxonomyCode(code) ? problemChecks[code] : finerChecks[code]}`;
	const silent = withoutWords[code];
	const says =
		silent === undefined
			? []
			: [`- No text of its own: ${silent.why}. What shows are words as of ${linkTo(silent.shows)}`];
	const only = onlyOne[code];
	const alone = only === undefined ? [] : [`- Why only one program says it: ${only}`];
	const words = silent === undefined ? (problemWordings[code] ?? []) : oneOfEach(problemWordings[silent.shows] ?? []);
	return `${renderProblem(code, kind, [...broader, told, ...says, ...alone])}${words.map(renderWording).join('')}`;
}

function linkTo(code: string): string {
	return `[\`${code}\`](#${code})`;
}

/** Whose words they are, whatever its version and wherever it wrote them. */
export function programOf({ by }: Wording): string {
	return by.replace(/('s log)?[ ,].*$|'s log$/, '');
}

/** One wording of each program. */
function oneOfEach(wordings: Wording[]): Wording[] {
	return wordings.filter((one, at) => wordings.findIndex((other) => programOf(other) === programOf(one)) === at);
}

function renderWording({ by, says, source }: Wording): string {
	return `\n${by} (\`${source}\`):\n\n\`\`\`text\n${says}\n\`\`\`\n`;
}

function renderCommands(): string {
	const lines = allCodes().map((code) => {
		const kind = problems[code];
		return kind.family === 'command' ? [renderProblem(code, kind, [`- Exit code: ${kind.exit}`])] : [];
	});
	return `## Commands\n\n${lines.flat().join('\n')}`;
}

type Kind = PullProblemKind | CommandProblemKind;

function renderProblem(code: ProblemCode, { sentence, fix, retry }: Kind, more: string[]): string {
	const lines = [
		`- What it says: ${sentence}`,
		`- What to do: ${fix}`,
		`- Does trying again help: ${retryWords[retry]}`,
		`- Reason in Kubernetes: \`${reasonOf(code)}\``,
		...more,
	];
	return `### ${code}\n\n${lines.join('\n')}\n`;
}

function allCodes(): ProblemCode[] {
	return Object.keys(problems).filter(isProblemCode);
}
