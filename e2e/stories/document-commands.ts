/** A command that a source document names: in a block, in a diagram, or in the middle of a sentence. */
export interface DocumentCommand {
	line: number;
	/** Its first words: `az acr show`, `kubectl create secret`, `docker push`. */
	head: string;
}

// 001 has lost its line breaks, 002 has commands in a diagram, 004 in prose: so commands are looked for wherever they may stand.
const programs: [pattern: RegExp, words: number][] = [
	[/\baz --version/g, 2],
	[/\baz (?!--)(?:[a-z][a-z-]*)(?: [a-z][a-z-]*)*/g, 4],
	[/\bkubectl (?:[a-z]+)(?: (?:secret|secrets|nodes|pods|pod|svc|docker-registry|po))*/g, 3],
	[/\bdocker (?:build|images|run|stop|login|tag|push)\b/g, 2],
	[/\bhelm (?:registry login|install|[a-z]+ deployment)/g, 3],
	[/\b(?:Get|New|Set)-[A-Z]\w+/g, 1],
];

/** The lines on which a reader is asked to do something in the portal. */
export function portalLines(text: string): number[] {
	const asks =
		/\b(?:Go to|Click on|Navigate to|In Azure, select|In the Azure portal|leave the registry page|note down)\b/;
	return text.split('\n').flatMap((line, at) => (asks.test(line) ? [at + 1] : []));
}

/** Every command that the text names, in order. */
export function documentCommands(text: string): DocumentCommand[] {
	return text.split('\n').flatMap((line, at) =>
		programs.flatMap(([pattern, words]) =>
			Array.from(line.matchAll(pattern), ([found]) => ({
				line: at + 1,
				head: found.split(' ').slice(0, words).join(' '),
			})),
		),
	);
}
