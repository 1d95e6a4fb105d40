package dev.mimic.http.server;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** A body that is written until the client ends the response. */
final class EndlessBody {
  private final int chunkBytes;

  /** A latch that opens when the writer is called. */
  final CountDownLatch started = new CountDownLatch(1);

  /** The number of written bytes. */
  final AtomicLong written = new AtomicLong();

  /** The exception that ended the writer. */
  final CompletableFuture<Throwable> ended = new CompletableFuture<>();

  EndlessBody(int chunkBytes) {
    this.chunkBytes = chunkBytes;
  }

  HttpBody body() {
    return HttpBody.written(this::writeTo);
  }

  /** Returns a different body, which fails after 100,000 bytes. */
  static HttpBody failing() {
    return HttpBody.written(
        out -> {
          out.write(new byte[100_000]);
          throw new IOException("the disk is broken");
        });
  }

  private void writeTo(OutputStream out) throws IOException {
    started.countDown();
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
