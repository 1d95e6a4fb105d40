package dev.mimic.ssh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.SocketFactory;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tap on the unencrypted key exchange that captures the server's key or certificate. JSch does
 * not expose a certificate that it refuses. The captured key is used only for messages and for
 * additional checks, and never to accept a host. Used by the thread of the login only.
 */
final class HostKeyTap implements Proxy {
  private static final int MAX_BYTES = 64 * 1024;
  private static final byte NEWKEYS = 21; // RFC 4253, section 12
  private static final byte REPLY = 31; // section 8, and RFC 5656, section 7.1
  private static final byte GROUP_EXCHANGE_REPLY = 33; // RFC 4419, section 5

  private final Proxy to;
  private @Nullable ByteArrayOutputStream captured = new ByteArrayOutputStream();

  HostKeyTap(Proxy to) {
    this.to = to;
  }

  /** Stops capturing and discards the captured bytes. */
  void stop() {
    captured = null;
  }

  /** Returns the server's key, or empty if it was not captured. */
  Optional<PublicKeyBlob> hostKey() {
    ByteArrayOutputStream bytes = captured;
    if (bytes == null) {
      return Optional.empty();
    }
    ByteBuffer from = ByteBuffer.wrap(bytes.toByteArray());
    Optional<PublicKeyBlob> found = Optional.empty();
    try {
      skipVersion(from);
      for (byte type = 0; type != NEWKEYS && type != GROUP_EXCHANGE_REPLY; ) {
        ByteBuffer packet = PublicKeyBlob.string(from);
        packet.get(); // the length of the padding
        type = packet.get();
        if (type == REPLY || type == GROUP_EXCHANGE_REPLY) {
          found = parse(PublicKeyBlob.string(packet));
        }
      }
    } catch (BufferUnderflowException e) {
      // The end of the captured bytes.
    }
    return found;
  }

  /** Returns the server's certificate, or empty if it was not captured. */
  Optional<HostCertificate> certificate() {
    return hostKey().flatMap(PublicKeyBlob::certificate);
  }

  /** Returns empty if the reply is malformed, or contains a group, which has the same number. */
  private static Optional<PublicKeyBlob> parse(ByteBuffer key) {
    byte[] blob = new byte[key.remaining()];
    key.get(blob);
    try {
      return Optional.of(PublicKeyBlob.parse(blob));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Skips the lines up to the one that begins with {@code SSH-} (RFC 4253, section 4.2). */
  private static void skipVersion(ByteBuffer from) {
    boolean version = false;
    while (!version) {
      int begin = from.position();
      while (from.get() != '\n') {}
      byte[] line = new byte[Math.min(4, from.position() - begin)];
      from.get(begin, line);
      version = new String(line, US_ASCII).equals("SSH-");
    }
  }

  @Override
  public InputStream getInputStream() {
    return new FilterInputStream(to.getInputStream()) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = in.read(bytes, offset, length);
        ByteArrayOutputStream capturing = captured;
        if (count > 0 && capturing != null && capturing.size() < MAX_BYTES) {
          capturing.write(bytes, offset, count);
        }
        return count;
      }
    };
  }

  @Override
  public void connect(SocketFactory factory, String host, int port, int timeout) throws Exception {
    to.connect(factory, host, port, timeout);
  }

  @Override
  public OutputStream getOutputStream() {
    return to.getOutputStream();
  }

  @Override
  public Socket getSocket() {
    return to.getSocket();
  }

  @Override
  public void close() {
    to.close();
  }
}
