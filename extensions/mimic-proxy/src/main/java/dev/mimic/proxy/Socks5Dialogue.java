package dev.mimic.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.net.InetAddresses;
import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.util.Optional;

/** RFC 1928, and RFC 1929 for the password. */
record Socks5Dialogue(HostPort proxy, Optional<ProxyCredentials> credentials) implements Dialogue {
  private static final int VERSION = 5;
  private static final int PASSWORD_VERSION = 1;
  private static final int NO_AUTHENTICATION = 0;
  private static final int PASSWORD = 2;
  private static final int NONE_ACCEPTABLE = 0xff;
  private static final int CONNECT = 1;
  private static final int SUCCEEDED = 0;
  private static final int MOST_BYTES = 255; // of a name, a user, a password

  /** Kinds of addresses. */
  private static final int IPV4 = 1;

  private static final int NAME = 3;
  private static final int IPV6 = 4;

  /** Checks that they can be sent. */
  static void check(ProxyCredentials credentials) {
    int password = credentials.password().getBytes(UTF_8).length;
    if (password == 0 || password > MOST_BYTES) {
      throw new IllegalArgumentException("password must have from 1 to 255 bytes");
    }
    if (credentials.user().getBytes(UTF_8).length > MOST_BYTES) {
      throw new IllegalArgumentException("user must have at most 255 bytes");
    }
  }

  @Override
  public String protocol() {
    return "socks5";
  }

  @Override
  public void ask(Flow flow, HostPort to) throws IOException {
    byte[] destination = destination(to);
    ProxyTalk talk = new ProxyTalk(flow, described());
    int offered = credentials.isPresent() ? PASSWORD : NO_AUTHENTICATION;
    talk.ask("the offer of a login", new byte[] {VERSION, 1, (byte) offered});
    requireVersion(talk.next(), VERSION);
    agree(talk.next(), offered);
    if (credentials.isPresent()) {
      authenticate(talk, credentials.get());
    }
    talk.ask("CONNECT " + to, destination);
    requireVersion(talk.next(), VERSION);
    requireSuccess(talk.next(), to);
    talk.next(); // reserved
    skipBoundAddress(talk);
  }

  private String described() {
    return "the SOCKS5 proxy " + proxy;
  }

  private void requireVersion(int found, int expected) throws IOException {
    if (found != expected) {
      throw new IOException(
          "%s does not speak SOCKS5: it says version %d".formatted(described(), found));
    }
  }

  private void agree(int method, int offered) throws IOException {
    if (method == offered) {
      return;
    }
    if (method != NONE_ACCEPTABLE) {
      throw new IOException("%s chose method %d unasked".formatted(described(), method));
    }
    throw new IOException(
        credentials.isPresent()
            ? described() + " takes no user and password"
            : described() + " wants to know who it is: give it a user and a password");
  }

  private void authenticate(ProxyTalk talk, ProxyCredentials who) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.write(PASSWORD_VERSION);
    putText(message, who.user());
    putText(message, who.password());
    talk.ask("the user and the password", message.toByteArray());
    requireVersion(talk.next(), PASSWORD_VERSION);
    if (talk.next() != SUCCEEDED) {
      throw new IOException(
          "%s refused the user %s or the password".formatted(described(), who.shownUser()));
    }
  }

  private static void putText(ByteArrayOutputStream to, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    to.write(bytes.length);
    to.writeBytes(bytes);
  }

  /** Returns the request for a connection (section 4). */
  private static byte[] destination(HostPort to) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(new byte[] {VERSION, CONNECT, 0});
    if (InetAddresses.isInetAddress(to.host())) {
      InetAddress address = InetAddresses.forString(to.host());
      request.write(address instanceof Inet4Address ? IPV4 : IPV6);
      request.writeBytes(address.getAddress());
    } else if (to.host().getBytes(UTF_8).length > MOST_BYTES) {
      throw new ConnectException("a SOCKS5 proxy takes no name of more than 255 bytes");
    } else {
      request.write(NAME);
      putText(request, to.host());
    }
    request.write(to.port() >>> 8);
    request.write(to.port());
    return request.toByteArray();
  }

  private void requireSuccess(int reply, HostPort to) throws IOException {
    switch (reply) {
      case SUCCEEDED -> {}
      case 2 -> throw new ConnectException(refusal(to, "its rules do not allow it"));
      case 3 -> throw new NoRouteToHostException(refusal(to, "the network cannot be reached"));
      case 4 -> throw new NoRouteToHostException(refusal(to, "the host cannot be reached"));
      case 5 -> throw new ConnectException(refusal(to, "connection refused"));
      case 6 -> throw new ConnectException(refusal(to, "the time to live has expired"));
      case 7 -> throw new ConnectException(refusal(to, "it does not know CONNECT"));
      case 8 -> throw new ConnectException(refusal(to, "it does not know this kind of address"));
      default -> throw new ConnectException(refusal(to, "general failure (" + reply + ")"));
    }
  }

  private String refusal(HostPort to, String reason) {
    return "no connection to %s, says %s: %s".formatted(to, described(), reason);
  }

  private void skipBoundAddress(ProxyTalk talk) throws IOException {
    int kind = talk.next();
    int length =
        switch (kind) {
          case IPV4 -> 4;
          case IPV6 -> 16;
          case NAME -> talk.next();
          default ->
              throw new IOException("%s: an address of kind %d".formatted(described(), kind));
        };
    talk.skip(length + 2); // and the port
  }
}
