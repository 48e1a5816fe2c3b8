'use strict';

// Compiled code is kept between runs, for a quick start. Where it cannot be kept, Node goes without.
require('node:module').enableCompileCache();

void import('../dist/main.js');
