import type { DataConverter } from '@temporalio/common';
import { connectWorkers } from '../../src/adapters/temporal/connection.ts';
import { createWorkers } from '../../src/adapters/temporal/workers.ts';

/** Works on the workflows of test/temporal/encrypted in a namespace until it is stopped. */
export async function workEncrypted(of: {
  readonly address: string;
  readonly namespace: string;
  readonly bundleFile: string;
  readonly dataConverter: DataConverter;
}): Promise<{ stop(): Promise<void> }> {
  const { namespace, bundleFile, dataConverter } = of;
  const native = await connectWorkers({ address: of.address });
  const workers = await createWorkers({
    connections: new Map([[namespace, native]]),
    dataConverter,
    bundleFile,
    specs: [
      { namespace, taskQueue: 'orchestrate', workflows: true },
      { namespace, taskQueue: 'evidence', workflows: false, activities: { repeat: async (text: string) => text } },
    ],
  });
  const running = workers.run();
  return {
    stop: async () => {
      workers.shutdown();
      await running;
      await native.close();
    },
  };
}
