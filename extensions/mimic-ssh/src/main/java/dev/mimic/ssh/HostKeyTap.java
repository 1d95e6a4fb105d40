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
 * Listens to the key exchange, which is not encrypted, for the key or certificate that the server
 * shows: the library does not tell which certificate it has refused, or why. Nothing is accepted
 * because of it. Used by one thread, that of the login.
 */
final class HostKeyTap implements Proxy {
  private static final int AT_MOST = 64 * 1024;
  private static final byte NEWKEYS = 21; // RFC 4253, section 12
  private static final byte REPLY = 31; // section 8, and RFC 5656, section 7.1
  private static final byte GROUP_EXCHANGE_REPLY = 33; // RFC 4419, section 5

  private final Proxy to;
  private @Nullable ByteArrayOutputStream heard = new ByteArrayOutputStream();

  HostKeyTap(Proxy to) {
    this.to = to;
  }

  /** Stops listening, and forgets what was heard. */
  void stop() {
    heard = null;
  }

  /** Returns the key that the server has shown, if it has. */
  Optional<PublicKeyBlob> hostKey() {
    ByteArrayOutputStream bytes = heard;
    if (bytes == null) {
      return Optional.empty();
    }
    ByteBuffer from = ByteBuffer.wrap(bytes.toByteArray());
    Optional<PublicKeyBlob> found = Optional.empty();
    try {
      skipVersion(from);
      for (byte type = 0; type != NEWKEYS && type != GROUP_EXCHANGE_REPLY; ) {
        ByteBuffer packet = PublicKeyBlob.string(from);
        packet.get(); // how much padding it ends with
        type = packet.get();
        if (type == REPLY || type == GROUP_EXCHANGE_REPLY) {
          found = parse(PublicKeyBlob.string(packet));
        }
      }
    } catch (BufferUnderflowException e) {
      // That was all.
    }
    return found;
  }

  /** Returns the certificate that the server has shown, if it has. */
  Optional<HostCertificate> certificate() {
    return hostKey().flatMap(PublicKeyBlob::certificate);
  }

  /** A reply by the same number may carry a group instead. */
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
        ByteArrayOutputStream listening = heard;
        if (count > 0 && listening != null && listening.size() < AT_MOST) {
          listening.write(bytes, offset, count);
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
