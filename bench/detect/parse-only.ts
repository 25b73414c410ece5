import { readFile } from 'node:fs/promises';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

/**
 * What `detect` is measured against: nothing but reading the same files and `JSON.parse`, with the same number of threads.
 * Arguments: the number of threads, and the files.
 */
interface Task {
  readonly files: readonly string[];
  readonly next: Int32Array<SharedArrayBuffer>;
}

async function parseFiles({ files, next }: Task): Promise<void> {
  for (;;) {
    const file = files[Atomics.add(next, 0, 1)];
    if (file === undefined) return;
    JSON.parse(await readFile(file, 'utf8'));
  }
}

if (isMainThread) {
  const [threads = '1', ...files] = process.argv.slice(2);
  const task: Task = { files, next: new Int32Array(new SharedArrayBuffer(4)) };
  const others = Array.from({ length: Number(threads) - 1 }, () => {
    const worker = new Worker(new URL(import.meta.url), { workerData: task });
    return new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject));
  });
  await Promise.all([parseFiles(task), ...others]);
} else {
  await parseFiles(workerData as Task);
}
