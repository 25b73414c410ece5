import type { z } from 'zod';

/**
 * The schema, which must know every field of `T`: one that lacks a kind, or a field that may be left out, has an output that is assignable
 * to `T` all the same, and a strict one refuses whatever holds it. What it lacks, the compiler names.
 */
export function whole<T>() {
  return <S extends z.ZodType<T>>(
    schema: S,
    ..._lacks: [Exclude<FieldOf<T>, FieldOf<z.output<S>>>] extends [never]
      ? []
      : [Exclude<FieldOf<T>, FieldOf<z.output<S>>>]
  ): S => schema;
}

/** `field`, or `kind.field` of a union's members. */
type FieldOf<T> = T extends { readonly kind: infer K extends string }
  ? `${K}.${keyof T & string}`
  : T extends unknown
    ? keyof T & string
    : never;
