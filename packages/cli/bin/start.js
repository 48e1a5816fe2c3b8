'use strict';

const answers = require('../dist/answers.json');

// What is always the same is told at once; the texts are as wide as help is at most.
const answer = answers[process.argv.slice(2).join(' ')];
if (answer !== undefined && (process.stdout.columns ?? 100) >= 100) {
	process.stdout.write(answer);
} else {
	// Compiled code is kept between runs, for a quick start. Where it cannot be kept, Node goes without.
	require('node:module').enableCompileCache();
	void import('../dist/main.js');
}
