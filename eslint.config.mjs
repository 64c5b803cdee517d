import { builtinModules } from 'node:module';
import n from 'eslint-plugin-n';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// How the code is written. What a folder reaches through others is held by .dependency-cruiser.cjs.
const tests = ['**/*.test.{ts,tsx}'];

/** Keeps a folder from importing Node, Electron or the packages named, with the reason in the editor at once. */
const noImports = (packages, message) => ({
  'no-restricted-imports': [
    'error',
    { patterns: [{ regex: `^(node:.*|(${[...builtinModules, 'electron', ...packages].join('|')})(/.*)?)$`, message }] },
  ],
});

export default tseslint.config(
  { ignores: ['out', 'dist', '.cache', 'test-results', 'node_modules', 'bench/bare', 'scripts/default-app'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strict, tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: 'tsconfig.lint.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-extraneous-class': 'off',
      // An empty object type is what Playwright's fixtures are made of.
      '@typescript-eslint/no-empty-object-type': 'off',
      // assertNever closes a switch; this says so in the editor, case by case.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // A number in a sentence needs no String().
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: true },
      ],
      // The interfaces here hold plain functions, written as methods.
      '@typescript-eslint/unbound-method': 'off',
      // An async function may be one because its type asks for a promise.
      '@typescript-eslint/require-await': 'off',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      // `!= null` asks for both null and undefined, and reads so.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  {
    // What is read back from a program in a test is as loose as the program gives it.
    files: [...tests, 'e2e/**'],
    rules: { '@typescript-eslint/no-base-to-string': 'off' },
  },
  {
    files: ['app/**/*.ts'],
    ignores: tests,
    rules: noImports(['react', 'react-dom'], 'The core runs in main, in the page and in a test alike.'),
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      // The two that are about correctness. The rest of the plugin asks what React's compiler would make of a component: it is not used
      // here, and asking takes a quarter of the lint's time.
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    ignores: tests,
    rules: noImports([], 'The page is sandboxed: it asks main through the bridge.'),
  },
  {
    // The floor: Electron 25 carries Node 18.15.
    files: ['main/**/*.ts', 'preload/**/*.ts', 'app/**/*.ts'],
    ignores: tests,
    plugins: { n },
    settings: { n: { version: '>=18.15.0' } },
    // The web's own are in every Node since 18.0, marked as experimental.
    rules: {
      'n/no-unsupported-features/node-builtins': ['error', { ignores: ['fetch', 'Headers', 'Request', 'Response'] }],
      'n/no-unsupported-features/es-builtins': 'error',
    },
  },
);
