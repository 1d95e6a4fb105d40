package dev.mimic.git;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.Optional;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.util.QuotedString;

/** Where a repository is: a URI, {@code user@host:path}, or a path of this machine. */
record GitAddress(String text, URIish uri) {

  static GitAddress parse(String text) throws IOException {
    if (text.isBlank()) {
      throw new GitException("the address of the repository is empty");
    }
    try {
      return new GitAddress(text, new URIish(text));
    } catch (URISyntaxException e) {
      // JGit's message would repeat the address, and with it a password.
      throw new GitException("the address of the repository cannot be understood");
    }
  }

  /** Returns how a service is asked for at what this address connects to. */
  Asking asking() {
    Optional<String> scheme = Optional.ofNullable(uri.getScheme());
    if (scheme.isEmpty()) {
      return uri.getHost() == null ? Asking.OF_A_FILE : Asking.BY_A_COMMAND;
    }
    return switch (scheme.orElseThrow()) {
      case "file" -> Asking.OF_A_FILE;
      case "http", "https" -> Asking.BY_HTTP;
      case "ssh" -> Asking.BY_A_COMMAND;
      default -> Asking.BY_A_LINE;
    };
  }

  enum Asking {
    OF_A_FILE,
    BY_HTTP,
    BY_A_COMMAND,
    BY_A_LINE
  }

  /** Returns what a shell of the server is to run. */
  String command(String service) {
    String path = uri.getPath();
    boolean atHome = uri.getScheme() != null && path.startsWith("/~");
    return service + " " + QuotedString.BOURNE.quote(atHome ? path.substring(1) : path);
  }

  /** Returns what is asked of a server of {@code git://}, which is to speak version 2. */
  String line(String service) {
    String port = uri.getPort() > 0 ? ":" + uri.getPort() : "";
    String line = "%s %s\0host=%s%s\0".formatted(service, uri.getPath(), uri.getHost(), port);
    return service.equals("git-upload-pack") ? line + "\0version=2\0" : line;
  }

  /** Returns it without its password. */
  @Override
  public String toString() {
    return uri.toString();
  }
}
