// Loaded into Electron before the program (`electron -r`), in tests alone. Electron is `ready` only when the test driver is attached and
// says so: a driver that attaches while the first window's page is being committed is never told of that page (Chromium 114), or
// hangs. It is what Playwright's own module does when it chooses the Electron itself, without its switches for Chromium.
const { app } = require('electron');

// The program reads its own arguments only.
process.argv.splice(process.argv.indexOf('-r'), 2);

const whenReady = app.whenReady();
const emit = app.emit.bind(app);
let readyArguments = null;
let isReady = false;
let release;
const released = new Promise((resolve) => {
  release = resolve;
});

app.emit = (event, ...rest) => {
  if (event !== 'ready' || isReady) return emit(event, ...rest);
  readyArguments = rest;
  return app.listenerCount('ready') > 0;
};
app.isReady = () => isReady;
app.whenReady = () => released;

// The name by which Playwright calls it.
globalThis.__playwright_run = async () => {
  await whenReady;
  isReady = true;
  release();
  emit('ready', ...(readyArguments ?? []));
};
