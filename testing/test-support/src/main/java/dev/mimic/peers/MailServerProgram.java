package dev.mimic.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * aiosmtpd of Python on 127.0.0.1: a mail server that accepts only {@link #USER} and does not
 * deliver mail. It listens on a port with STARTTLS and on one with implicit TLS.
 */
public final class MailServerProgram implements Closeable {
  public static final String USER = "ann";
  public static final String PASSWORD = "open-sesame";

  private static final String SCRIPT =
      """
      import asyncio, email, email.policy, logging, ssl, sys
      from aiosmtpd.smtp import SMTP, AuthResult

      logging.disable(logging.WARNING)  # aiosmtpd uses APIs that it deprecates
      chain, key, clear_port, tls_port = sys.argv[1:5]
      sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)

      class Handler:
          async def handle_RCPT(self, server, session, envelope, address, options):
              if address.startswith("nobody@"):
                  return "550 5.1.1 no such user"
              envelope.rcpt_tos.append(address)
              return "250 OK"

          async def handle_DATA(self, server, session, envelope):
              mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
              print("from", envelope.mail_from, "to", *envelope.rcpt_tos)
              if envelope.smtp_utf8:
                  print("SMTPUTF8", mail["To"])
              print("subject", mail["Subject"])
              for part in mail.walk():
                  if not part.is_multipart():
                      content = part.get_content()
                      size = len(content.encode("utf-8") if isinstance(content, str) else content)
                      print("part", part.get_content_type(), part.get_filename(), size)
                      if isinstance(content, str):
                          print("text", content.strip())
              return "250 taken"

      def login(server, session, envelope, mechanism, data):
          valid = (data.login, data.password) == (b"%s", b"%s")
          print("login", mechanism, valid)
          return AuthResult(success=valid, handled=False)

      context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
      context.load_cert_chain(chain, key)

      async def main():
          loop = asyncio.get_running_loop()
          common = dict(hostname="localhost", authenticator=login, auth_required=True,
                        enable_SMTPUTF8=True)
          await loop.create_server(
              lambda: SMTP(Handler(), tls_context=context, require_starttls=True, **common),
              "127.0.0.1", int(clear_port))
          await loop.create_server(
              lambda: SMTP(Handler(), auth_require_tls=False, **common),
              "127.0.0.1", int(tls_port), ssl=context)
          await asyncio.Event().wait()

      asyncio.run(main())
      """
          .formatted(USER, PASSWORD);

  private final int clearPort;
  private final int tlsPort;
  private final Daemon daemon;

  private MailServerProgram(int clearPort, int tlsPort, Daemon daemon) {
    this.clearPort = clearPort;
    this.tlsPort = tlsPort;
    this.daemon = daemon;
  }

  /**
   * Starts a server. The test is skipped if aiosmtpd is not installed.
   *
   * @param folder a folder for the script
   * @param chain the certificate chain of the server, in PEM
   * @param key the private key of the server, in PEM
   */
  public static MailServerProgram start(Path folder, Path chain, Path key) throws IOException {
    String unused = Programs.find("aiosmtpd");
    Path script = Files.writeString(folder.resolve("server.py"), SCRIPT, UTF_8);
    int clearPort = Daemon.freePort();
    int tlsPort = Daemon.freePort();
    List<String> arguments =
        List.of(
            script.toString(),
            chain.toString(),
            key.toString(),
            String.valueOf(clearPort),
            String.valueOf(tlsPort));
    // The Debian package belongs to this Python, which need not be the first one on PATH.
    String command = "exec /usr/bin/python3 " + String.join(" ", arguments);
    Daemon daemon = Daemon.start(tlsPort, "sh", "-c", command);
    return new MailServerProgram(clearPort, tlsPort, daemon);
  }

  /** Returns the port with STARTTLS. */
  public int port() {
    return clearPort;
  }

  /** Returns the port with implicit TLS. */
  public int tlsPort() {
    return tlsPort;
  }

  /** Returns the output so far: logins and received mail. */
  public String log() throws IOException {
    return daemon.printed();
  }

  @Override
  public void close() throws IOException {
    daemon.close();
  }
}
