import { parseTOML, type AST } from 'toml-eslint-parser';
import type { KeyPath } from './rule-file.ts';
import type { SourcePosition } from './rule-syntax-error.ts';

/** Where things stand in a TOML text. */
export interface TomlPlaces {
  /** The place of a key's value, or of its nearest parent. */
  positionOf(path: KeyPath): SourcePosition;
  /** The place of a key itself, or of its nearest parent. */
  keyPositionOf(path: KeyPath): SourcePosition;
  /** Start and end of a text value's token, quotes included; `undefined` where there is no text at that path. */
  textRangeOf(path: KeyPath): readonly [number, number] | undefined;
}

/** A path as TOML has one: it knows no symbols. */
export function keyPathOf(path: readonly PropertyKey[]): KeyPath {
  return path.map((part) => (typeof part === 'symbol' ? String(part) : part));
}

interface Place {
  readonly key: SourcePosition;
  readonly value: SourcePosition;
  readonly textRange: readonly [number, number] | undefined;
}

/** Reads the places of a text that is valid TOML; nothing is parsed before the first question. */
export function tomlPlaces(source: string): TomlPlaces {
  let places: ReadonlyMap<string, Place> | undefined;
  function nearest(path: KeyPath): Place | undefined {
    places ??= readPlaces(source);
    for (let length = path.length; length > 0; length -= 1) {
      const place = places.get(pathKey(path.slice(0, length)));
      if (place !== undefined) return place;
    }
    return undefined;
  }
  return {
    positionOf: (path) => nearest(path)?.value ?? start,
    keyPositionOf: (path) => nearest(path)?.key ?? start,
    textRangeOf: (path) => nearest(path)?.textRange,
  };
}

const start: SourcePosition = { line: 1, column: 1 };

/** The parser runs out of stack where a text has some hundred thousand characters: then the lines that begin with a key tell. */
function readPlaces(source: string): ReadonlyMap<string, Place> {
  try {
    return collectPlaces(parseTOML(source));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return lineStarts(source);
  }
}

function lineStarts(source: string): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  let table: KeyPath = [];
  for (const [index, text] of source.split('\n').entries()) {
    const header = /^\s*\[([\w.-]+)\]/.exec(text)?.[1];
    if (header !== undefined) table = header.split('.');
    const [written = '', name = ''] = /^\s*([\w-]+)\s*=\s*/.exec(text) ?? [];
    const key = pathKey(name === '' ? table : [...table, name]);
    if ((name === '' && header === undefined) || places.has(key)) continue;
    const line = index + 1;
    places.set(key, { key: { line, column: 1 }, value: { line, column: written.length + 1 }, textRange: undefined });
  }
  return places;
}

function pathKey(path: KeyPath): string {
  return JSON.stringify(path);
}

function collectPlaces(program: AST.TOMLProgram): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  function put(path: KeyPath, key: AST.TOMLNode, value: AST.TOMLNode): void {
    const textRange = value.type === 'TOMLValue' && value.kind === 'string' ? value.range : undefined;
    const known = places.get(pathKey(path));
    if (known === undefined) places.set(pathKey(path), { key: positionOf(key), value: positionOf(value), textRange });
  }
  function visitValue(path: KeyPath, key: AST.TOMLNode, value: AST.TOMLContentNode): void {
    put(path, key, value);
    if (value.type === 'TOMLArray') {
      for (const [index, element] of value.elements.entries()) visitValue([...path, index], element, element);
    } else if (value.type === 'TOMLInlineTable') visitBody(path, value.body);
  }
  function visitBody(path: KeyPath, body: readonly AST.TOMLKeyValue[]): void {
    for (const entry of body) visitValue([...path, ...namesOf(entry.key)], entry.key, entry.value);
  }
  for (const table of program.body) {
    for (const part of table.body) {
      if (part.type === 'TOMLKeyValue') visitBody([], [part]);
      else {
        for (let length = 1; length <= part.resolvedKey.length; length += 1)
          put(part.resolvedKey.slice(0, length), part.key, part.key);
        visitBody(part.resolvedKey, part.body);
      }
    }
  }
  return places;
}

function namesOf(key: AST.TOMLKey): readonly string[] {
  return key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
}

function positionOf(node: AST.TOMLNode): SourcePosition {
  return { line: node.loc.start.line, column: node.loc.start.column + 1 };
}

/** The place of an offset in a text. */
export function positionAtOffset(source: string, offset: number): SourcePosition {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}
