import ssh2 from 'ssh2';

// Loaded by `import('./library')` only, because it takes long to load. What the package exports Node cannot name by itself.
export const { Client, createAgent, utils } = ssh2;
