import { parseTOML, type AST } from 'toml-eslint-parser';

/** Line and column, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where a key stands; for a path that is not written down, its nearest parent's place. */
export type PlaceOf = (path: readonly PropertyKey[]) => Place;

const placeOfNode = (node: AST.TOMLNode): Place => ({
  line: node.loc.start.line,
  column: node.loc.start.column + 1,
});

const pathKey = (path: readonly PropertyKey[]): string => JSON.stringify(path.map(String));

const keyNames = (key: AST.TOMLKey): string[] =>
  key.keys.map((each) => (each.type === 'TOMLBare' ? each.name : each.value));

/**
 * Finds where each key and element of a TOML text stands.
 * @param text TOML that has been parsed without an error
 */
export const tomlPlaces = (text: string): PlaceOf => {
  const places = new Map<string, Place>();
  const note = (path: readonly PropertyKey[], node: AST.TOMLNode): void => {
    if (!places.has(pathKey(path))) places.set(pathKey(path), placeOfNode(node));
  };
  const visitValue = (value: AST.TOMLContentNode, path: readonly PropertyKey[]): void => {
    if (value.type === 'TOMLArray')
      for (const [index, element] of value.elements.entries()) {
        note([...path, index], element);
        visitValue(element, [...path, index]);
      }
    if (value.type === 'TOMLInlineTable') for (const pair of value.body) visitPair(pair, path);
  };
  const visitPair = (pair: AST.TOMLKeyValue, base: readonly PropertyKey[]): void => {
    const path = [...base, ...keyNames(pair.key)];
    note(path, pair.key);
    visitValue(pair.value, path);
  };
  for (const node of parseTOML(text).body[0].body) {
    if (node.type === 'TOMLKeyValue') {
      visitPair(node, []);
      continue;
    }
    note(node.resolvedKey, node.key);
    for (const pair of node.body) visitPair(pair, node.resolvedKey);
  }
  return (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const place = places.get(pathKey(path.slice(0, length)));
      if (place !== undefined) return place;
    }
    return { line: 1, column: 1 };
  };
};
