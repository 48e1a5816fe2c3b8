/** A shell variable for what a step results in. */
export function variable(stepId: string, name: string): string {
	return `step${stepId}_${name}`;
}

/** References as variables of the shell. */
function withVariables(text: string): string {
	return text.replaceAll(/\{(\d+)\.(\w+)\}/g, (_, id: string, name: string) => `\${${variable(id, name)}}`);
}

/** A word for the shell: references become variables, all else stands in single quotes where it must. */
export function quote(text: string): string {
	if (/\{\d+\.\w+\}/.test(text)) {
		const filled = text.replaceAll(/[\\"$`]/g, String.raw`\$&`);
		return `"${withVariables(filled)}"`;
	}
	return /^[\w./:@=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
