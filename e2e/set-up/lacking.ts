/** Something the suite needs and does not have. The message is one line: what is lacking, and how to get it. */
export class Lacking extends Error {
	constructor(what: string, remedy: string) {
		super(`${what} is lacking: ${remedy}`);
		this.name = 'Lacking';
	}
}
