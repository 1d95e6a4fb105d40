package dev.mimic.http.server;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** A body that goes on until nobody takes it any more. */
final class Endless {
  private final int chunkBytes;

  /** Open until it begins to be written. */
  final CountDownLatch begun = new CountDownLatch(1);

  /** How many bytes were taken. */
  final AtomicLong written = new AtomicLong();

  /** What its writer was told in the end. */
  final CompletableFuture<Throwable> ended = new CompletableFuture<>();

  Endless(int chunkBytes) {
    this.chunkBytes = chunkBytes;
  }

  HttpBody body() {
    return HttpBody.written(this::writeTo);
  }

  /** Returns another body, which fails after 100,000 bytes. */
  static HttpBody broken() {
    return HttpBody.written(
        out -> {
          out.write(new byte[100_000]);
          throw new IOException("the disk is broken");
        });
  }

  private void writeTo(OutputStream out) throws IOException {
    begun.countDown();
    byte[] chunk = new byte[chunkBytes];
    try {
      while (true) {
        out.write(chunk);
        written.addAndGet(chunk.length);
      }
    } catch (IOException e) {
      ended.complete(e);
      throw e;
    }
  }
}
