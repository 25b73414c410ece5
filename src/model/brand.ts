/** A string that was checked once, where it entered, and is trusted from there on. */
export type Brand<Name extends string> = string & { readonly __brand: Name };
