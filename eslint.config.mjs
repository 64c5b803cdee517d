import n from 'eslint-plugin-n';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// What the layers may import is held by .dependency-cruiser.cjs; here is how the code is written.
export default tseslint.config(
  { ignores: ['out', 'dist', '.cache', 'test-results', 'node_modules', 'bench/bare', 'scripts/default-app'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strict],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-extraneous-class': 'off',
      // A union of every case ends in assertNever; an empty object type is what Playwright's fixtures are made of.
      '@typescript-eslint/no-empty-object-type': 'off',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      eqeqeq: 'error',
      'no-console': 'off',
    },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error', 'no-console': 'error' },
  },
  {
    // The floor: Electron 25 carries Node 18.15.
    files: ['main/**/*.ts', 'preload/**/*.ts', 'app/**/*.ts'],
    ignores: ['**/*.test.ts'],
    plugins: { n },
    settings: { n: { version: '>=18.15.0' } },
    rules: { 'n/no-unsupported-features/node-builtins': 'error', 'n/no-unsupported-features/es-builtins': 'error' },
  },
);
