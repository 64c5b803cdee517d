// Loaded by `import('./library')` only. The bundler makes `require` of that; of `import('etcd3')` it would leave an
// `import()`, which Electron before 28 cannot resolve inside an asar archive.
export { Etcd3 } from 'etcd3';
