package dev.mimic.git;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A hop that cuts the stream of a server after some bytes: the server disconnects or falls silent.
 *
 * @param passed the number of bytes from servers so far, on all connections
 */
record CutHop(long afterBytes, boolean dies, AtomicLong passed) implements Network.Hop {
  static CutHop dying(long afterBytes) {
    return new CutHop(afterBytes, true, new AtomicLong());
  }

  static CutHop silent(long afterBytes) {
    return new CutHop(afterBytes, false, new AtomicLong());
  }

  @Override
  public Network through(Network lower) {
    return new Network() {
      @Override
      public Flow connect(HostPort to, Deadline deadline) throws IOException {
        Flow server = lower.connect(to, deadline);
        FlowPipe pipe = FlowPipe.create();
        Thread.startVirtualThread(() -> pass(pipe.far(), server));
        return pipe.near();
      }

      @Override
      public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
        return lower.listen(at, deadline);
      }

      @Override
      public String describe(HostPort to) {
        return "cut(" + lower.describe(to) + ")";
      }
    };
  }

  private void pass(Flow client, Flow server) {
    try (client;
        server) {
      Thread there =
          Thread.startVirtualThread(() -> copy(client, server, Long.MAX_VALUE, new AtomicLong()));
      if (copy(server, client, afterBytes, passed) || !dies) {
        there.join();
      }
    } catch (IOException e) {
      // One side has closed its flow.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether the stream was copied to its end. */
  private static boolean copy(Flow from, Flow to, long limit, AtomicLong passed) {
    ByteBuffer buffer = ByteBuffer.allocate(4096);
    long count = 0;
    try {
      while (from.read(buffer.clear()) >= 0) {
        buffer.flip().limit((int) Math.min(buffer.limit(), limit - count));
        count += buffer.limit();
        passed.addAndGet(buffer.limit());
        to.write(buffer);
        if (count == limit) {
          return false;
        }
      }
      to.shutdownOutput();
      return true;
    } catch (IOException e) {
      return false; // one side has closed its flow
    }
  }
}
