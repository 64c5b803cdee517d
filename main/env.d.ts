// `import.meta.env.DEV`: true under `npm run dev` and nowhere else; the built program has the value itself in its place.
interface ImportMetaEnv {
  readonly DEV: boolean;
}
interface ImportMeta {
  readonly env: ImportMetaEnv;
}
