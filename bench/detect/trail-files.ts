import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../src/model/json.ts';

const fileBytes = 16e6;

/** Writes records as CloudTrail does, `{"Records":[...]}`, into one file after the other. */
export class TrailFiles {
  files = 0;
  records = 0;
  bytes = 0;
  readonly #folder: string;
  readonly #name: string;
  #open: { readonly stream: WriteStream; bytes: number } | null = null;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  async write(record: JsonObject): Promise<void> {
    const isFirst = this.#open === null;
    if (isFirst) await this.#begin();
    await this.#put(`${isFirst ? '' : ','}${JSON.stringify(record)}`);
    this.records += 1;
    if ((this.#open?.bytes ?? 0) >= fileBytes) await this.end();
  }

  async end(): Promise<void> {
    if (this.#open === null) return;
    await this.#put(']}');
    const { stream } = this.#open;
    this.#open = null;
    stream.end();
    await once(stream, 'close');
  }

  async #begin(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, `${this.#name}-${String(this.files).padStart(4, '0')}.json`);
    this.files += 1;
    this.#open = { stream: createWriteStream(path), bytes: 0 };
    await this.#put('{"Records":[');
  }

  async #put(text: string): Promise<void> {
    if (this.#open === null) return;
    const bytes = Buffer.byteLength(text);
    this.#open.bytes += bytes;
    this.bytes += bytes;
    if (!this.#open.stream.write(text)) await once(this.#open.stream, 'drain');
  }
}
