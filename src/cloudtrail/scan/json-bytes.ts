/** Kinds of bytes within a JSON text: 0 goes on, the others need a look. */
const plain = 0;
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

/** Deeper values are left to the parser, which has a stack of its own. */
const maxDepth = 60;

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
  /** The last string had an escape or a character beyond ASCII: its bytes are not its text. */
  coded = false;

  skipSpace(start: number): number {
    const { bytes } = this;
    let at = start;
    for (;;) {
      const byte = bytes[at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
      at += 1;
    }
  }

  /** Over a string, from its opening quote on; sets `coded`. */
  skipString(start: number): number {
    const { bytes } = this;
    this.coded = false;
    let at = start + 1;
    for (;;) {
      let byte = bytes[at] ?? 0;
      while (kinds[byte] === plain) byte = bytes[++at] ?? 0;
      if (byte === quote) return at + 1;
      this.coded = true;
      if (byte >= 0x80) at += 1;
      else if (byte !== backslash) return this.#stop(at);
      else {
        const length = this.#escapeLength(at);
        if (length === 0) return this.#stop(at + 1);
        at += length;
      }
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

  skipValue(start: number, depth: number): number {
    const byte = this.bytes[start] ?? 0;
    if (byte === quote) return this.skipString(start);
    if (byte === openBrace) return this.#skipObject(start, depth);
    if (byte === openBracket) return this.#skipArray(start, depth);
    if (byte === 0x74) return this.#skipWord(start, 0x72, 0x75, 0x65);
    if (byte === 0x6e) return this.#skipWord(start, 0x75, 0x6c, 0x6c);
    if (byte === 0x66)
      return this.bytes[start + 1] === 0x61 ? this.#skipWord(start + 1, 0x6c, 0x73, 0x65) : this.#stop(start);
    return this.#skipNumber(start);
  }

  #skipObject(start: number, depth: number): number {
    if (depth > maxDepth) return this.#stop(start);
    const { bytes } = this;
    let at = this.skipSpace(start + 1);
    if (bytes[at] === closeBrace) return at + 1;
    for (;;) {
      if (bytes[at] !== quote) return this.#stop(at);
      at = this.skipString(at);
      if (at < 0) return -1;
      if (bytes[at] !== colon) at = this.skipSpace(at);
      if (bytes[at] !== colon) return this.#stop(at);
      at = this.skipValue(this.skipSpace(at + 1), depth + 1);
      if (at < 0) return -1;
      const byte = bytes[at] === comma ? comma : bytes[(at = this.skipSpace(at))];
      if (byte === closeBrace) return at + 1;
      if (byte !== comma) return this.#stop(at);
      at = this.skipSpace(at + 1);
    }
  }

  #skipArray(start: number, depth: number): number {
    if (depth > maxDepth) return this.#stop(start);
    const { bytes } = this;
    let at = this.skipSpace(start + 1);
    if (bytes[at] === closeBracket) return at + 1;
    for (;;) {
      at = this.skipValue(at, depth + 1);
      if (at < 0) return -1;
      at = this.skipSpace(at);
      if (bytes[at] === closeBracket) return at + 1;
      if (bytes[at] !== comma) return this.#stop(at);
      at = this.skipSpace(at + 1);
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
      const digits = this.#skipDigits(at);
      if (digits === at) return this.#stop(at);
      at = digits;
    }
    if (bytes[at] === 0x2e) {
      const digits = this.#skipDigits(at + 1);
      if (digits === at + 1) return this.#stop(digits);
      at = digits;
    }
    if (bytes[at] === 0x65 || bytes[at] === 0x45) {
      const sign = bytes[at + 1];
      const first = sign === 0x2b || sign === 0x2d ? at + 2 : at + 1;
      const digits = this.#skipDigits(first);
      if (digits === first) return this.#stop(digits);
      at = digits;
    }
    return at;
  }

  #skipDigits(start: number): number {
    const { bytes } = this;
    let at = start;
    for (let byte = bytes[at] ?? 0; byte >= 0x30 && byte <= 0x39; byte = bytes[++at] ?? 0);
    return at;
  }

  #stop(at: number): -1 {
    this.stoppedAt = at;
    return -1;
  }
}
