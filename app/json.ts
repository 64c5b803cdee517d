/** What `JSON.parse` can give. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. Its keys come from outside: read them with `Object.hasOwn`, never write them with `o[key] = …`. */
export interface JsonObject {
  readonly [key: string]: Json;
}
