#!/usr/bin/env node
// What kubectl runs for a Tab behind `kubectl lanyard` (its plugins' completions, since 1.26); its words are the arguments.
'use strict';

process.argv.splice(2, 0, 'complete', '--');
require('./lanyard.js');
