package dev.mimic.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchChangedHostKeyException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.JSchUnknownHostKeyException;
import com.jcraft.jsch.Session;
import dev.mimic.FlowInfo;
import dev.mimic.HostPort;
import dev.mimic.PeerGoneException;
import java.io.IOException;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/** Says why a connection could not be had, and what to do about it. */
record SshFailure(HostPort at, Session session, JSch library, SshClient client, int keys) {
  private static final int CONNECT_FAILED = 2; // RFC 4254, section 5.1

  IOException explain(JSchException e) {
    String message = String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "?");
    if (e instanceof JSchHostKeyException hostKey) {
      return new SshHostKeyException(aboutHostKey(hostKey), e);
    }
    if (message.startsWith("Auth fail")
        || message.startsWith("Auth cancel")
        || message.contains("Too many authentication failures")) {
      return new SshAuthenticationException(aboutAuthentication(message), e);
    }
    if (e.getCause() instanceof PeerGoneException
        || message.contains("End of IO Stream")
        || message.equals("connection is closed by foreign host")) {
      return new PeerGoneException(
          session.getHostKey() == null
              ? "%s closed the connection before SSH was agreed on: does it speak SSH there?"
                  .formatted(at)
              : "%s closed the connection during the login".formatted(at),
          e);
    }
    return e.getCause() instanceof IOException failure
        ? failure
        : new IOException("no SSH with %s: %s".formatted(at, message), e);
  }

  private String aboutHostKey(JSchHostKeyException e) {
    @Nullable HostKey key = session.getHostKey();
    if (key == null || !(isUnknown(e) || e instanceof JSchChangedHostKeyException)) {
      return "the host key of %s is refused: %s".formatted(at, e.getMessage());
    }
    String found = key.getType() + " " + key.getFingerPrint(library);
    return isUnknown(e)
        ? "the host key of %s is not known: it is %s. If whoever runs the host says so too, add this"
                .formatted(at, found)
            + " line to %s: %s %s %s"
                .formatted(client.knownHosts(), key.getHost(), key.getType(), key.getKey())
        : "the host key of %s is not the one that is known: it is %s. Somebody may be in between."
                .formatted(at, found)
            + " If the host has a new key, take the old one out of %s"
                .formatted(client.knownHosts());
  }

  private static boolean isUnknown(JSchHostKeyException e) {
    return e instanceof JSchUnknownHostKeyException;
  }

  private String aboutAuthentication(String message) {
    String taken = message.replaceFirst(".*for methods '(.*)'.*", "it takes $1");
    return "%s does not let %s in: %s, and was shown %s"
        .formatted(at, session.getUserName(), taken, shown());
  }

  private String shown() {
    return "%d %s%s"
        .formatted(
            keys,
            keys == 1 ? "key" : "keys",
            client.password().isPresent() ? " and a password" : " and no password");
  }

  /** Returns why a channel could not be opened. */
  static IOException notOpened(Channel channel, FlowInfo info, JSchException e) {
    if (channel.getExitStatus() == CONNECT_FAILED) {
      return new ConnectException("no connection to " + info + ": the SSH server had none");
    }
    return new IOException(
        "%s was not opened by the SSH server: %s".formatted(info, e.getMessage()), e);
  }
}
