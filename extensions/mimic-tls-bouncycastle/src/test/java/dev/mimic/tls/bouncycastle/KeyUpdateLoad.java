package dev.mimic.tls.bouncycastle;

import static dev.mimic.testkit.ThreadKind.VIRTUAL;

import dev.mimic.testkit.Running;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsVersion;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** A program in which both sides send and read at once, over pipes smaller than a record. */
final class KeyUpdateLoad {
  private static final int PIPE_BYTES = 4096;
  private static final int ROUNDS = 24;

  private KeyUpdateLoad() {}

  /** Runs with the named providers. Exits with 0 if every byte arrived. */
  public static void main(String[] providers) throws Exception {
    Providers chosen = Providers.valueOf(providers[0]);
    byte[] said = new byte[64 * 1024];
    new Random(1).nextBytes(said);
    try (Wire wire = Wire.inMemory(PIPE_BYTES)) {
      TlsFlow server = wire.server(TestPeers.server(chosen, TlsVersion.TLS_1_3));
      Running<Void> serverWrites = Running.start(VIRTUAL, () -> write(server, said));
      Running<Void> serverReads = Running.start(VIRTUAL, () -> read(server, said));
      TlsFlow client = wire.client(TestPeers.client(chosen, TlsVersion.TLS_1_3));
      Running<Void> clientWrites = Running.start(VIRTUAL, () -> write(client, said));
      Running<Void> clientReads = Running.start(VIRTUAL, () -> read(client, said));
      clientWrites.result();
      serverReads.result();
      serverWrites.result();
      clientReads.result();
      // One side now only reads. It answers KeyUpdates with its next write.
      Running<Void> talking = Running.start(VIRTUAL, () -> write(client, said));
      read(server, said);
      talking.result();
      Running<Integer> answering =
          Running.start(VIRTUAL, () -> server.write(ByteBuffer.wrap(said, 0, 10)));
      byte[] heard = client.inputStream().readNBytes(10);
      answering.result();
      if (!Arrays.equals(heard, Arrays.copyOf(said, 10))) {
        throw new AssertionError("after the reader's answer: received other bytes than were sent");
      }
      client.close();
      server.close();
    }
  }

  private static Void write(TlsFlow flow, byte[] said) throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      flow.write(ByteBuffer.wrap(said));
    }
    return null;
  }

  private static Void read(TlsFlow flow, byte[] said) throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      if (!Arrays.equals(flow.inputStream().readNBytes(said.length), said)) {
        throw new AssertionError("round " + i + ": received other bytes than were sent");
      }
    }
    return null;
  }
}
