import { InterceptingCall, type Interceptor, status } from '@grpc/grpc-js';

/**
 * Fails a call whose channel was closed before it began. The SDK tries failed calls again from a timer: where the connection was
 * closed meanwhile, the channel throws there, which ends the process and leaves whoever waits for the call without an answer. Stands
 * behind the interceptor that retries.
 */
export const failOnClosedChannel: Interceptor = (options, nextCall) => {
  try {
    return new InterceptingCall(nextCall(options));
  } catch (error) {
    return failedCall(error instanceof Error ? error.message : String(error));
  }
};

/** A call that nobody carries out; cancelled, for no other status is tried again by nobody. */
function failedCall(details: string): InterceptingCall {
  return new InterceptingCall({
    start(metadata, listener) {
      listener?.onReceiveMessage?.(null);
      listener?.onReceiveStatus?.({ code: status.CANCELLED, details, metadata });
    },
    sendMessage() {},
    sendMessageWithContext() {},
    startRead() {},
    halfClose() {},
    cancelWithStatus() {},
    getPeer: () => 'nobody: the channel is closed',
    getAuthContext: () => null,
  });
}
