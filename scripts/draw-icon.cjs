// Draws resources/icon.svg into resources/icon.png, run in Electron by scripts/icon.ts: its engine is the one SVG renderer that is here anyway.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { app, BrowserWindow } = require('electron');

const size = 1024;
const resources = join(__dirname, '../resources');

app.commandLine.appendSwitch('force-device-scale-factor', '1');
app.disableHardwareAcceleration();
void app.whenReady().then(async () => {
  const window = new BrowserWindow({
    show: false,
    frame: false,
    transparent: true,
    useContentSize: true,
    width: size,
    height: size,
    webPreferences: { offscreen: true, sandbox: true },
  });
  const picture = readFileSync(join(resources, 'icon.svg')).toString('base64');
  const page = `<style>body{margin:0}img{display:block;width:${size}px;height:${size}px}</style><img src="data:image/svg+xml;base64,${picture}">`;
  await window.loadURL(`data:text/html;base64,${Buffer.from(page).toString('base64')}`);
  const image = await window.webContents.capturePage();
  const { width, height } = image.getSize();
  if (width !== size || height !== size) throw new Error(`the picture is ${width}×${height}`);
  writeFileSync(join(resources, 'icon.png'), image.toPNG());
  app.exit(0);
});
