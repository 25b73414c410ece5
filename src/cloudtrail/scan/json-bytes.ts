/** Kinds of bytes within a string: 0 goes on, the others need a look. */
const beyondAscii = 1;
const special = 2;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

const kinds = new Uint8Array(256).fill(beyondAscii, 0x80);
kinds.fill(special, 0, 0x20);
kinds[quote] = special;
kinds[backslash] = special;

/** Values that are nested deeper are left to the parser. */
const maxDepth = 60;

/** What may stand at a place within nested values. */
const value = 0;
const key = 1;
const behindValue = 2;

/**
 * Walks over JSON in bytes and checks its syntax (RFC 8259), without making anything of it.
 *
 * All methods take the offset of a value's first byte and give the offset behind it, or -1 where the value is malformed, too
 * deep, or not complete before `end`; `stoppedAt` tells where that was. The byte at `end` has to be there and to be 0.
 */
export class JsonBytes {
  bytes: Uint8Array = new Uint8Array(1);
  /** Offset behind the last byte. */
  end = 0;
  stoppedAt = 0;
  /** A string since this was set to false had an escape or a character beyond ASCII: its bytes are not its text. */
  coded = false;
  /** For each level of nesting, 1 where it is an object. */
  readonly #isObject = new Uint8Array(maxDepth + 2);

  skipSpace(start: number): number {
    return behindSpace(this.bytes, start);
  }

  /** Over a string, from its opening quote on; sets `coded`. */
  skipString(start: number): number {
    const { bytes } = this;
    const at = endOfPlain(bytes, start + 1);
    return bytes[at] === quote ? at + 1 : this.#skipCoded(at);
  }

  /** Over the rest of a string from its first byte on that is not plain ASCII. */
  #skipCoded(start: number): number {
    const { bytes } = this;
    let at = start;
    for (;;) {
      const byte = bytes[at] ?? 0;
      if (byte === quote) return at + 1;
      this.coded = true;
      if (byte >= 0x80) at += 1;
      else if (byte !== backslash) return this.#stop(at);
      else {
        const length = this.#escapeLength(at);
        if (length === 0) return this.#stop(at + 1);
        at += length;
      }
      at = endOfPlain(bytes, at);
    }
  }

  #escapeLength(at: number): number {
    switch (this.bytes[at + 1]) {
      case 0x22:
      case 0x5c:
      case 0x2f:
      case 0x62:
      case 0x66:
      case 0x6e:
      case 0x72:
      case 0x74:
        return 2;
      case 0x75:
        return this.#isHex(at + 2) && this.#isHex(at + 3) && this.#isHex(at + 4) && this.#isHex(at + 5) ? 6 : 0;
      default:
        return 0;
    }
  }

  #isHex(at: number): boolean {
    const byte = this.bytes[at] ?? 0;
    return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
  }

  /** Over any value; sets `coded` where a string in it is coded. */
  skipValue(start: number): number {
    const byte = this.bytes[start];
    if (byte === quote) return this.skipString(start);
    return byte === openBrace || byte === openBracket ? this.#skipNested(start) : this.#skipScalar(start);
  }

  /** Over an object or a list, with all that is in it: one loop, for this is where most bytes are. */
  #skipNested(start: number): number {
    const { bytes } = this;
    const isObject = this.#isObject;
    let depth = 0;
    let at = start;
    let expected = value;
    for (;;) {
      const byte = bytes[at];
      if (expected === behindValue) {
        const next = byte === comma ? at : behindSpace(bytes, at);
        const mark = bytes[next];
        const inObject = isObject[depth] === 1;
        if (mark === comma) {
          at = behindSpace(bytes, next + 1);
          expected = inObject ? key : value;
        } else if (mark === (inObject ? closeBrace : closeBracket)) {
          at = next + 1;
          depth -= 1;
          if (depth === 0) return at;
        } else return this.#stop(next);
      } else if (byte === quote) {
        at = endOfPlain(bytes, at + 1);
        at = bytes[at] === quote ? at + 1 : this.#skipCoded(at);
        if (at < 0) return -1;
        if (expected === key) {
          if (bytes[at] !== colon) at = behindSpace(bytes, at);
          if (bytes[at] !== colon) return this.#stop(at);
          at = behindSpace(bytes, at + 1);
          expected = value;
        } else expected = behindValue;
      } else if (expected === key) return this.#stop(at);
      else if (byte === openBrace || byte === openBracket) {
        depth += 1;
        if (depth > maxDepth) return this.#stop(at);
        isObject[depth] = byte === openBrace ? 1 : 0;
        at = behindSpace(bytes, at + 1);
        if (bytes[at] === (byte === openBrace ? closeBrace : closeBracket)) expected = behindValue;
        else expected = byte === openBrace ? key : value;
      } else {
        at = this.#skipScalar(at);
        if (at < 0) return -1;
        expected = behindValue;
      }
    }
  }

  #skipScalar(start: number): number {
    const { bytes } = this;
    switch (bytes[start]) {
      case 0x74:
        return this.#skipWord(start, 0x72, 0x75, 0x65);
      case 0x6e:
        return this.#skipWord(start, 0x75, 0x6c, 0x6c);
      case 0x66:
        return bytes[start + 1] === 0x61 ? this.#skipWord(start + 1, 0x6c, 0x73, 0x65) : this.#stop(start + 1);
      default:
        return this.#skipNumber(start);
    }
  }

  #skipWord(start: number, second: number, third: number, fourth: number): number {
    const { bytes } = this;
    if (bytes[start + 1] !== second) return this.#stop(start + 1);
    if (bytes[start + 2] !== third) return this.#stop(start + 2);
    return bytes[start + 3] === fourth ? start + 4 : this.#stop(start + 3);
  }

  #skipNumber(start: number): number {
    const { bytes } = this;
    let at = bytes[start] === 0x2d ? start + 1 : start;
    if (bytes[at] === 0x30) at += 1;
    else {
      const digits = behindDigits(bytes, at);
      if (digits === at) return this.#stop(at);
      at = digits;
    }
    if (bytes[at] === 0x2e) {
      const digits = behindDigits(bytes, at + 1);
      if (digits === at + 1) return this.#stop(digits);
      at = digits;
    }
    if (bytes[at] === 0x65 || bytes[at] === 0x45) {
      const sign = bytes[at + 1];
      const first = sign === 0x2b || sign === 0x2d ? at + 2 : at + 1;
      const digits = behindDigits(bytes, first);
      if (digits === first) return this.#stop(digits);
      at = digits;
    }
    return at;
  }

  #stop(at: number): -1 {
    this.stoppedAt = at;
    return -1;
  }
}

/** The first byte from there on that does not simply go on a string. The byte 0 behind all input is such a one. */
function endOfPlain(bytes: Uint8Array, start: number): number {
  let at = start;
  while (kinds[bytes[at] ?? 0] === 0) at += 1;
  return at;
}

function behindSpace(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const byte = bytes[at] ?? 0;
    // Nearly always nothing is to be skipped: one comparison.
    if (byte > 0x20) return at;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at += 1;
  }
}

function behindDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  for (let byte = bytes[at] ?? 0; byte >= 0x30 && byte <= 0x39; byte = bytes[++at] ?? 0);
  return at;
}
