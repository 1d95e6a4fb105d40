package dev.mimic.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** An end that is the JDK's socket. */
final class TlsSocketEnd implements TlsEnd {
  private final SSLSocket socket;
  private final InputStream input;
  private final OutputStream output;
  private final TlsContent content;
  private final byte[] target = new byte[TlsChannelEnd.READ_BYTES];
  private long sent;
  private long received;
  private long wanted;

  TlsSocketEnd(SSLSocket socket, TlsContent content) throws IOException {
    this.socket = socket;
    this.input = socket.getInputStream();
    this.output = socket.getOutputStream();
    this.content = content;
  }

  @Override
  public void send(long bytes) throws IOException {
    for (long end = sent + bytes; sent < end; ) {
      int count = (int) Math.min(content.chunkBytes(), end - sent);
      output.write(content.bytes(), content.at(sent), count);
      sent += count;
    }
  }

  @Override
  public void receive(long bytes) throws IOException {
    wanted += bytes;
    while (received < wanted) {
      int count = input.read(target);
      if (count < 0) {
        throw new EOFException();
      }
      if (count > 0) {
        content.check(received, target[0], target[count - 1], count);
      }
      received += count;
    }
  }

  @Override
  public long cpuNanos() {
    return TlsChannelEnd.TIMES.getCurrentThreadCpuTime();
  }

  @Override
  public SSLSession session() {
    return socket.getSession();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
