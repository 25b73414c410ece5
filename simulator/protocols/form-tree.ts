import type { JsonObject, JsonValue } from '../json.ts';

type Node = Map<string, Node | string>;

/**
 * Reads a form whose keys are paths (`Tags.member.1.Key=a`) into nested objects and lists.
 *
 * @param listWord the path element that announces a list; null: numbers alone do (EC2)
 */
export function formTree(body: string, listWord: 'member' | null): JsonObject {
  const root: Node = new Map();
  for (const [path, value] of new URLSearchParams(body)) {
    place(
      root,
      path.split('.').filter((part) => part !== listWord),
      value,
    );
  }
  return valueOf(root) as JsonObject;
}

function place(root: Node, path: readonly string[], value: string): void {
  let node = root;
  for (const part of path.slice(0, -1)) {
    const next = node.get(part);
    const child: Node = next instanceof Map ? next : new Map();
    node.set(part, child);
    node = child;
  }
  node.set(path.at(-1) ?? '', value);
}

function valueOf(node: Node | string): JsonValue {
  if (typeof node === 'string') return node;
  const keys = [...node.keys()];
  const isList = keys.length > 0 && keys.every((key) => /^\d+$/u.test(key));
  if (isList) {
    const inOrder = [...node.entries()].toSorted(([a], [b]) => Number(a) - Number(b));
    return inOrder.map(([, item]) => valueOf(item));
  }
  return Object.fromEntries([...node].map(([key, item]) => [key, valueOf(item)]));
}
