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

/** The handshake of SOCKS5 (RFC 1928), with username/password authentication (RFC 1929). */
record Socks5Handshake(HostPort proxy, Optional<ProxyCredentials> credentials)
    implements ProxyHandshake {
  private static final int VERSION = 5;
  private static final int PASSWORD_VERSION = 1;
  private static final int NO_AUTHENTICATION = 0;
  private static final int PASSWORD = 2;
  private static final int NO_ACCEPTABLE_METHOD = 0xff;
  private static final int CONNECT = 1;
  private static final int SUCCEEDED = 0;
  private static final int MAX_TEXT_BYTES = 255; // of a host name, a user, a password

  // Address types.
  private static final int IPV4 = 1;
  private static final int DOMAIN_NAME = 3;
  private static final int IPV6 = 4;

  /** Throws if the user or the password has an invalid length (RFC 1929, section 2). */
  static void check(ProxyCredentials credentials) {
    int password = credentials.password().getBytes(UTF_8).length;
    if (password == 0 || password > MAX_TEXT_BYTES) {
      throw new IllegalArgumentException("password must have 1 to 255 bytes");
    }
    if (credentials.user().getBytes(UTF_8).length > MAX_TEXT_BYTES) {
      throw new IllegalArgumentException("user must have at most 255 bytes");
    }
  }

  @Override
  public String protocol() {
    return "socks5";
  }

  @Override
  public void connect(Flow flow, HostPort to) throws IOException {
    byte[] request = connectRequest(to); // before any I/O, since it can fail
    ProxyExchange exchange = new ProxyExchange(flow, description());
    int offered = credentials.isPresent() ? PASSWORD : NO_AUTHENTICATION;
    exchange.send("the offer of a login", new byte[] {VERSION, 1, (byte) offered});
    requireVersion(exchange.read(), VERSION);
    requireMethod(exchange.read(), offered);
    if (credentials.isPresent()) {
      authenticate(exchange, credentials.get());
    }
    exchange.send("CONNECT " + to, request);
    requireVersion(exchange.read(), VERSION);
    requireSuccess(exchange.read(), to);
    exchange.read(); // reserved
    skipBoundAddress(exchange);
  }

  private String description() {
    return "the SOCKS5 proxy " + proxy;
  }

  private void requireVersion(int found, int expected) throws IOException {
    if (found != expected) {
      throw new IOException(
          "%s does not speak SOCKS5: it answered with version %d".formatted(description(), found));
    }
  }

  private void requireMethod(int method, int offered) throws IOException {
    if (method == offered) {
      return;
    }
    if (method != NO_ACCEPTABLE_METHOD) {
      throw new IOException(
          "%s chose authentication method %d, which was not offered"
              .formatted(description(), method));
    }
    throw new IOException(
        credentials.isPresent()
            ? description() + " does not accept a user and a password"
            : ProxyCredentials.requiredMessage(description()));
  }

  private void authenticate(ProxyExchange exchange, ProxyCredentials given) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.write(PASSWORD_VERSION);
    writeText(message, given.user());
    writeText(message, given.password());
    exchange.send("the user and the password", message.toByteArray());
    requireVersion(exchange.read(), PASSWORD_VERSION);
    if (exchange.read() != SUCCEEDED) {
      throw new IOException(
          "%s refused the user %s or the password".formatted(description(), given.redactedUser()));
    }
  }

  private static void writeText(ByteArrayOutputStream to, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    to.write(bytes.length);
    to.writeBytes(bytes);
  }

  /** Returns the request for a connection (RFC 1928, section 4). */
  private static byte[] connectRequest(HostPort to) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(new byte[] {VERSION, CONNECT, 0});
    if (InetAddresses.isInetAddress(to.host())) {
      InetAddress address = InetAddresses.forString(to.host());
      request.write(address instanceof Inet4Address ? IPV4 : IPV6);
      request.writeBytes(address.getAddress());
    } else if (to.host().getBytes(UTF_8).length > MAX_TEXT_BYTES) {
      throw new ConnectException("a host name for a SOCKS5 proxy must have at most 255 bytes");
    } else {
      request.write(DOMAIN_NAME);
      writeText(request, to.host());
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
      case 7 -> throw new ConnectException(refusal(to, "command not supported"));
      case 8 -> throw new ConnectException(refusal(to, "address type not supported"));
      default -> throw new ConnectException(refusal(to, "general failure (" + reply + ")"));
    }
  }

  private String refusal(HostPort to, String reason) {
    return "%s could not connect to %s: %s".formatted(description(), to, reason);
  }

  private void skipBoundAddress(ProxyExchange exchange) throws IOException {
    int type = exchange.read();
    int length =
        switch (type) {
          case IPV4 -> 4;
          case IPV6 -> 16;
          case DOMAIN_NAME -> exchange.read();
          default ->
              throw new IOException(
                  "%s answered with the unknown address type %d".formatted(description(), type));
        };
    exchange.skip(length + 2); // the address and the port
  }
}
