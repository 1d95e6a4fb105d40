package dev.mimic.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.JSchChangedHostKeyException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.Session;
import dev.mimic.HostPort;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.ssh.KnownHostLines.Line;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A diagnosis of a failed login, with a remedy. */
record SshDiagnosis(
    HostPort at,
    Session session,
    JSch jsch,
    SshClient client,
    int keys,
    KnownHostKeys known,
    HostKeyTap tap,
    SessionLog log) {
  private static final int CONNECT_FAILED = 2; // RFC 4254, section 5.1
  private static final String END = "End of IO Stream"; // a message of JSch

  IOException explain(JSchException e) {
    String message = printable(String.valueOf(e.getMessage()));
    if (e instanceof JSchHostKeyException hostKey) {
      return new SshHostKeyException(aboutHostKey(hostKey), e);
    }
    if (e instanceof JSchAlgoNegoFailException missing) {
      return new IOException("no SSH with %s: %s".formatted(at, SshAlgorithms.missing(missing)), e);
    }
    if (log.isUmacAgreed()) {
      return new IOException("no SSH with %s: %s".formatted(at, SshAlgorithms.umacMissing()), e);
    }
    if (log.loginFailure().isPresent()) {
      return brokenLogin(log.loginFailure().get());
    }
    if (message.startsWith("Auth fail")
        || message.startsWith("Auth cancel")
        || message.contains("Too many authentication failures")) {
      return new SshAuthenticationException(aboutAuthentication(message), e);
    }
    if (e.getCause() instanceof PeerGoneException
        || message.contains(END)
        || message.equals("connection is closed by foreign host")) {
      return gone(e);
    }
    return e.getCause() instanceof IOException failure
        ? lost(failure)
        : new IOException("no SSH with %s: %s".formatted(at, message), e);
  }

  /** Returns the failure of a login that ended with an exception and without a refusal. */
  private IOException brokenLogin(Throwable thrown) {
    String message = printable(String.valueOf(thrown.getMessage()));
    if (!(thrown instanceof IOException failure)) {
      return new IOException(
          "the login of %s at %s failed: %s".formatted(session.getUserName(), at, message), thrown);
    }
    boolean isEnd = failure instanceof PeerGoneException || message.contains(END);
    return isEnd ? gone(failure) : lost(failure);
  }

  private PeerGoneException gone(Exception e) {
    return new PeerGoneException(
        hasHostKey()
            ? "%s closed the connection during the login of %s".formatted(at, session.getUserName())
            : "%s closed the connection before the end of the key exchange: check that it is an"
                    .formatted(at)
                + " SSH server",
        e);
  }

  private IOException lost(IOException e) {
    return e instanceof ClosedChannelException
        ? e
        : new IOException(
            "%s was lost %s: %s"
                .formatted(
                    at,
                    hasHostKey()
                        ? "during the login of " + session.getUserName()
                        : "before the end of the key exchange",
                    e.getMessage()),
            e);
  }

  /** Returns whether the server has presented its key. */
  private boolean hasHostKey() {
    return session.getHostKey() != null;
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  private String aboutHostKey(JSchHostKeyException e) {
    Optional<PublicKeyBlob> presented = tap.hostKey().or(this::plainKey);
    Optional<Line> revoking = presented.flatMap(known::revoking);
    if (revoking.isPresent()) {
      return "the host key of %s, or the authority of its certificate, is revoked: see line %d of %s"
          .formatted(at, revoking.get().number(), known.source());
    }
    @Nullable HostKey key = session.getHostKey();
    String certificate =
        presented
            .flatMap(PublicKeyBlob::certificate)
            .map(it -> aboutCertificate(it) + (key == null ? "" : "; and "))
            .orElse("");
    if (key == null) {
      return certificate.isEmpty()
          ? "the host key of %s is refused: %s".formatted(at, e.getMessage())
          : certificate;
    }
    return certificate + aboutPlainKey(key, e) + errors();
  }

  /** Returns the plain key, in case the server sent too much data before it for the tap. */
  private Optional<PublicKeyBlob> plainKey() {
    @Nullable HostKey key = session.getHostKey();
    try {
      return key == null
          ? Optional.empty()
          : Optional.of(PublicKeyBlob.parse(Base64.getDecoder().decode(key.getKey())));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private String aboutCertificate(HostCertificate certificate) {
    String subject = "the certificate \"%s\" of %s ".formatted(printable(certificate.id()), at);
    if (!known.isAuthority(certificate.authority())) {
      return subject + "is from an unknown authority";
    }
    return subject
        + certificate
            .fault(at.host(), Instant.now())
            .map(SshDiagnosis::printable)
            .orElseGet(() -> "is refused: " + log.certificateFailure().orElse("it is not valid"));
  }

  private String aboutPlainKey(HostKey key, JSchHostKeyException e) {
    String found = key.getType() + " " + key.getFingerPrint(jsch);
    return e instanceof JSchChangedHostKeyException
        ? "the host key of %s has changed: it is %s. A man-in-the-middle attack is possible."
                .formatted(at, found)
            + " If the host has a new key, remove the old one from %s".formatted(known.source())
        : "the host key of %s is not known: it is %s. If the administrator of the host confirms"
                .formatted(at, found)
            + " this fingerprint, add this line to %s: %s %s %s"
                .formatted(known.source(), key.getHost(), key.getType(), key.getKey());
  }

  private String errors() {
    List<String> errors = known.errors();
    return errors.isEmpty()
        ? ""
        : " (of %s, %s)".formatted(known.source(), String.join("; ", errors));
  }

  private String aboutAuthentication(String message) {
    String methods = message.replaceFirst(".*for methods '(.*)'.*", "it accepts $1");
    return "%s does not let %s in: %s, and was offered %s"
        .formatted(at, session.getUserName(), methods, offered());
  }

  private String offered() {
    return "%d %s%s"
        .formatted(
            keys,
            keys == 1 ? "key" : "keys",
            client.password().isPresent() ? " and a password" : " and no password");
  }

  /** Returns an exception for a channel that the server did not open. */
  static IOException notOpened(Channel channel, FlowInfo info, JSchException e) {
    if (channel.getExitStatus() == CONNECT_FAILED) {
      return new ConnectException(
          "no connection to " + info + ": the SSH server could not connect");
    }
    return new IOException(
        "%s was not opened by the SSH server: %s".formatted(info, e.getMessage()), e);
  }
}
