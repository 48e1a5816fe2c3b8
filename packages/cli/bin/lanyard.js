#!/usr/bin/env node
// Plain old JavaScript, so that a Node from years ago can read it and say what is wrong. The rest is in start.js.
'use strict';

// The problem `node-too-old` of the catalogue; a test holds the two together.
var oldest = [22, 19];
var exitCode = 2;

var found = process.versions.node.split('.');
var isTooOld = +found[0] < oldest[0] || (+found[0] === oldest[0] && +found[1] < oldest[1]);

if (isTooOld) {
	process.stderr.write(
		'lanyard needs Node.js ' + oldest.join('.') + ' or newer; this is ' + process.versions.node + '\n',
	);
	process.exit(exitCode);
} else {
	require('./start.js');
}
