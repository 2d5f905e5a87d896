#!/usr/bin/env -S node --max-semi-space-size=32
require('../dist/cli/main.js');
