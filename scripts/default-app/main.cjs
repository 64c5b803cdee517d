// What a bare Electron runs when it is given the path of an app: `electron [-r MODULE …] [options] PATH [arguments]`.
// Electron's own download brings one like it; the fallback (scripts/electron-fallback.ts) needs this one.
const { existsSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const { join, resolve } = require('node:path');
const { app } = require('electron');

const modules = [];
let path = null;
const given = process.argv.slice(1);
for (let index = 0; index < given.length && path === null; index++) {
  const argument = given[index];
  if (argument === '-r' || argument === '--require') modules.push(given[++index]);
  else if (!argument.startsWith('-')) path = resolve(argument);
}

// A test driver's module cuts its own arguments out of process.argv: it must run before the app reads them.
Module._preloadModules(modules);

if (path === null) {
  console.error('This Electron needs the path of an app to run.');
  app.exit(1);
} else {
  process.defaultApp = true;
  const description = join(path, 'package.json');
  if (existsSync(description)) {
    const { productName, name, version } = JSON.parse(readFileSync(description, 'utf8'));
    if (productName ?? name) app.setName(productName ?? name);
    if (version) app.setVersion(version);
    app.setAppPath(path);
  }
  Module._load(path, module, true);
}
