#!/usr/bin/env node
// Links at install time, before anything is built; that is why the command is not dist/main.js itself.
import "../dist/main.js";
