package dev.mimic.ssh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.AgentProxyException;
import com.jcraft.jsch.Identity;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Logger;
import com.jcraft.jsch.SSHAgentConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A private key, or an agent with any number of keys, to authenticate to servers. Ed25519, ECDSA
 * and RSA keys are supported, in OpenSSH's format or PEM, encrypted or not. A file is read for each
 * connection. Immutable. The string representation contains no secrets.
 */
public final class SshKey {
  private static final List<String> USER_KEY_FILES = List.of("id_ed25519", "id_ecdsa", "id_rsa");

  // The header of encrypted PEM (RFC 1423, section 1.1), and the ciphers that JSch supports for it.
  private static final Pattern PEM_CIPHER = Pattern.compile("(?m)^DEK-Info: *([^,\\s]+)");
  private static final Set<String> PEM_CIPHERS =
      Set.of("DES-EDE3-CBC", "AES-128-CBC", "AES-192-CBC", "AES-256-CBC");

  private final Source source;
  private final String description;

  private interface Source {
    List<Identity> read() throws IOException;
  }

  private SshKey(Source source, String description) {
    this.source = source;
    this.description = description;
  }

  /** Returns the unencrypted private key in a file. */
  public static SshKey ofFile(Path file) {
    return new SshKey(() -> read(file, Optional.empty()), file.toString());
  }

  /** Returns the private key in a file that is encrypted with the passphrase. */
  public static SshKey ofFile(Path file, String passphrase) {
    requireNonNull(passphrase, "passphrase");
    return new SshKey(() -> read(file, Optional.of(passphrase)), file.toString());
  }

  /** Returns an unencrypted private key from the text of a key file. */
  public static SshKey of(String privateKey) {
    byte[] bytes = privateKey.getBytes(UTF_8);
    return new SshKey(() -> identities("the given key", bytes, Optional.empty()), "the given key");
  }

  /** Returns the keys of the agent at a Unix domain socket. */
  public static SshKey ofAgent(Path socket) {
    return new SshKey(() -> ofAgentAt(socket), "an agent's keys");
  }

  /** Returns the user's keys: those of the agent, and the files that need no passphrase. */
  static List<SshKey> ofUser() {
    Path folder = Path.of(System.getProperty("user.home", ""), ".ssh");
    Stream<SshKey> agent =
        Stream.ofNullable(System.getenv("SSH_AUTH_SOCK"))
            .filter(socket -> !socket.isEmpty())
            .map(Path::of)
            .filter(Files::exists)
            .map(socket -> new SshKey(() -> usable(ofAgent(socket)), "the user's agent"));
    Stream<SshKey> files =
        USER_KEY_FILES.stream()
            .map(folder::resolve)
            .filter(Files::isReadable)
            .map(file -> new SshKey(() -> usable(ofFile(file)), file.toString()));
    return Stream.concat(agent, files).toList();
  }

  /** Returns the keys, or none if they are unusable, since the user's keys are only a default. */
  private static List<Identity> usable(SshKey key) {
    try {
      return key.identities();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Returns the decrypted keys. */
  List<Identity> identities() throws IOException {
    return source.read();
  }

  private static List<Identity> read(Path file, Optional<String> passphrase) throws IOException {
    try {
      return identities(file.toString(), Files.readAllBytes(file), passphrase);
    } catch (NoSuchFileException e) {
      throw new IOException("the key file %s does not exist".formatted(file), e);
    }
  }

  private static List<Identity> identities(
      String name, byte[] privateKey, Optional<String> passphrase) throws IOException {
    JSch keys = new JSch();
    DecryptionLog log = new DecryptionLog();
    keys.setInstanceLogger(log);
    String header = new String(privateKey, ISO_8859_1);
    Matcher pem = PEM_CIPHER.matcher(header);
    if (pem.find() && !PEM_CIPHERS.contains(pem.group(1))) {
      throw new EncryptedKeyException(unsupported(name, pem.group(1)));
    }
    try {
      keys.addIdentity(
          name, privateKey, null, passphrase.isPresent() ? passphrase.get().getBytes(UTF_8) : null);
    } catch (JSchException | RuntimeException e) { // JSch throws them for malformed keys
      String message = String.valueOf(e.getMessage());
      if (DecryptionLog.isUnsupported(message)) {
        throw new EncryptedKeyException(unsupported(name, message));
      }
      if (message.contains("passphrase")) {
        throw new EncryptedKeyException(undecrypted(name, passphrase, log));
      }
      throw new IOException("%s is not a private key for SSH: %s".formatted(name, message), e);
    }
    List<Identity> identities = new ArrayList<>(keys.getIdentityRepository().getIdentities());
    if (identities.stream().anyMatch(Identity::isEncrypted)) {
      throw new EncryptedKeyException(undecrypted(name, passphrase, log));
    }
    return identities;
  }

  private static String undecrypted(String name, Optional<String> passphrase, DecryptionLog log) {
    if (log.unsupported().isPresent()) {
      return unsupported(name, log.unsupported().get());
    }
    return passphrase.isPresent()
        ? "the passphrase does not decrypt the key " + name
        : "the key %s is encrypted: give its passphrase".formatted(name);
  }

  private static String unsupported(String name, String cause) {
    return "the encryption of the key %s is not supported (%s): encrypt it again with"
            .formatted(name, cause)
        + " ssh-keygen -p -Z aes256-ctr -f FILE";
  }

  private static List<Identity> ofAgentAt(Path socket) throws IOException {
    try {
      SSHAgentConnector agent = new SSHAgentConnector(socket);
      if (!agent.isAvailable()) {
        throw new IOException("no SSH agent is available at " + socket);
      }
      return List.copyOf(new AgentIdentityRepository(agent).getIdentities());
    } catch (AgentProxyException e) {
      throw new IOException("no SSH agent at %s: %s".formatted(socket, e.getMessage()), e);
    }
  }

  /** Returns the origin of the key, for plans and messages. */
  @Override
  public String toString() {
    return description;
  }

  /** A log that extracts the reason for a failed decryption, which JSch reports only to its log. */
  private static final class DecryptionLog implements Logger {
    private Optional<String> unsupported = Optional.empty();

    static boolean isUnsupported(String message) {
      return message.contains("unavailable")
          || message.contains("is not available")
          || message.contains("unsupported")
          || message.contains("is not supported");
    }

    /** Returns the unsupported algorithm, or empty if the failure has another reason. */
    Optional<String> unsupported() {
      return unsupported;
    }

    @Override
    public boolean isEnabled(int level) {
      return level == ERROR;
    }

    @Override
    public void log(int level, String message) {}

    @Override
    public void log(int level, String message, @Nullable Throwable cause) {
      String reason = cause == null ? "" : String.valueOf(cause.getMessage());
      if (isUnsupported(reason)) {
        unsupported = Optional.of(reason);
      }
    }
  }

  /** Thrown if a key cannot be decrypted. */
  private static final class EncryptedKeyException extends IOException {
    EncryptedKeyException(String message) {
      super(message);
    }
  }
}
