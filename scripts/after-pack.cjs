// Run by electron-builder before it flips the fuses: what a bare Electron runs when it has no app is of no use beside one.
const { rm } = require('node:fs/promises');
const { join } = require('node:path');

module.exports = async ({ packager, appOutDir }) => {
  await rm(join(packager.getResourcesDir(appOutDir), 'default_app.asar'), { force: true });
};
