// The layers: `app` imports nothing of ours; `main` and `renderer` import `app`; `preload` imports `app/ipc`; nothing else.
const tests = '\\.test\\.tsx?$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'app-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^app/', pathNot: tests },
      to: { path: '^(main|preload|renderer|lab|parity|bench|e2e|scripts)/' },
    },
    {
      name: 'app-is-pure',
      comment: 'The core runs in main, in the renderer and in a test alike: no Node, no Electron, no React.',
      severity: 'error',
      from: { path: '^app/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'app-knows-no-platform-package',
      severity: 'error',
      from: { path: '^app/', pathNot: tests },
      to: { path: 'node_modules/(electron|react|react-dom|etcd3|playwright)/' },
    },
    {
      name: 'main-imports-app-only',
      severity: 'error',
      from: { path: '^main/', pathNot: tests },
      to: { path: '^(preload|renderer|lab|parity|bench|e2e|scripts)/' },
    },
    {
      name: 'preload-imports-the-contract-only',
      severity: 'error',
      from: { path: '^preload/' },
      to: { path: '^(?!app/|preload/)(main|renderer|lab|bench|e2e|scripts)/' },
    },
    {
      name: 'preload-imports-app-ipc-only',
      severity: 'error',
      from: { path: '^preload/' },
      to: { path: '^app/(?!ipc/)' },
    },
    {
      name: 'renderer-imports-app-only',
      severity: 'error',
      from: { path: '^renderer/', pathNot: tests },
      to: { path: '^(main|preload|lab|parity|bench|e2e|scripts)/' },
    },
    {
      name: 'renderer-does-not-reach-node-or-electron',
      severity: 'error',
      from: { path: '^renderer/', pathNot: tests },
      to: { path: '^(node:|fs$|path$|child_process$)|node_modules/electron/', reachable: true },
    },
    {
      name: 'renderer-imports-no-core-module',
      severity: 'error',
      from: { path: '^renderer/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'renderer-validates-nothing',
      comment: 'Main checks what crosses; the schema library stays out of the chunk that the window needs to start.',
      severity: 'error',
      from: { path: '^renderer/', pathNot: tests },
      to: { path: 'node_modules/zod/', dependencyTypesNot: ['type-only'] },
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
