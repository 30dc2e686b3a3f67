package workshop.page;

import java.util.concurrent.CompletableFuture;

/** A body that is made part by part, each when the one before it was sent. */
interface Parts {
  /** The next part, once there is one; null after the last. */
  CompletableFuture<byte[]> next();

  /** The connection has ended. */
  void close();
}
