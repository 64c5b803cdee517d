// The layers (docs/contributing.md): `app` imports nothing of ours; `main` and `renderer` import `app`; `preload` imports `app/ipc`.
// scripts/layers.test.ts breaks each rule in a copy and sees it caught.
const { builtinModules } = require('node:module');

const tests = '\\.test\\.tsx?$';
const node = `^(node:)?(${builtinModules.join('|')})$`;
const electron = '(^|/)node_modules/electron/|^electron$';
// Packages for main alone: they need Node, though their own files are not followed.
const mainsPackages = '(^|/)node_modules/(etcd3|pg|@grpc|electron-log|playwright|@playwright)/';
/** What makes and tries the program, and is no part of it. */
const aids = ['lab', 'parity', 'contract', 'faults', 'formats', 'bench', 'e2e', 'scripts'];

const ours = (...folders) => `^(${folders.join('|')})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'app-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^app/', pathNot: tests },
      to: { path: ours('main', 'preload', 'renderer', ...aids) },
    },
    {
      name: 'app-reaches-no-platform',
      comment:
        'The core runs in main, in the page and in a test alike: no Node, no Electron, no React, nor a package that needs them.',
      severity: 'error',
      from: { path: '^app/', pathNot: tests },
      to: { path: `${node}|${electron}|${mainsPackages}|(^|/)node_modules/(react|react-dom)/`, reachable: true },
    },
    {
      name: 'main-imports-app-only',
      severity: 'error',
      from: { path: '^main/', pathNot: tests },
      to: { path: ours('preload', 'renderer', ...aids) },
    },
    {
      name: 'preload-imports-the-contract-only',
      severity: 'error',
      from: { path: '^preload/', pathNot: tests },
      to: { path: `${ours('main', 'renderer', ...aids)}|^app/(?!ipc/)` },
    },
    {
      name: 'renderer-imports-app-only',
      severity: 'error',
      from: { path: '^renderer/', pathNot: tests },
      to: { path: ours('main', 'preload', ...aids) },
    },
    {
      name: 'renderer-reaches-no-node-or-electron',
      comment: 'Over any number of steps: what the page loads must run in its sandbox.',
      severity: 'error',
      from: { path: '^renderer/', pathNot: tests },
      to: { path: `${node}|${electron}|${mainsPackages}`, reachable: true },
    },
    {
      name: 'renderer-validates-nothing',
      comment: 'Main checks what crosses; the schema library stays out of the chunk that the window needs to start.',
      severity: 'error',
      from: { path: '^renderer/', pathNot: tests },
      to: { path: '(^|/)node_modules/zod/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nothing imports is dead, unless it is where a program begins.',
      severity: 'error',
      from: {
        orphan: true,
        path: '^(app|main|preload|renderer)/',
        pathNot: [tests, '\\.d\\.ts$', '^(main|preload)/index\\.ts$', '^renderer/main\\.tsx$'],
      },
      to: {},
    },
    {
      name: 'no-package-that-is-not-named',
      comment: 'What package.json does not name is there by chance.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
