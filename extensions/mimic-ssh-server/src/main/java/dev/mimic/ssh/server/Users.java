package dev.mimic.ssh.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.server.auth.UserAuthFactory;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;

/** Who may log in. Thread-safe. */
final class Users {
  private final Map<String, Set<String>> keys = new ConcurrentHashMap<>();
  private final Map<String, String> passwords;

  Users(Map<String, Set<String>> keys, Map<String, String> passwords) {
    keys.forEach((user, lines) -> lines.forEach(line -> add(user, line)));
    this.passwords = Map.copyOf(passwords);
  }

  void add(String user, String publicKey) {
    keys.computeIfAbsent(user, name -> ConcurrentHashMap.newKeySet())
        .add(PublicKeys.line(publicKey));
  }

  /** Returns the ways that somebody can log in by. */
  List<UserAuthFactory> methods() {
    List<UserAuthFactory> methods = new ArrayList<>();
    if (!keys.isEmpty()) {
      methods.add(UserAuthPublicKeyFactory.INSTANCE);
    }
    if (!passwords.isEmpty()) {
      methods.add(UserAuthPasswordFactory.INSTANCE);
    }
    return methods;
  }

  boolean has(String user, PublicKey key) {
    return keys.getOrDefault(user, Set.of()).contains(PublicKeys.line(key));
  }

  boolean has(String user, String password) {
    String expected = passwords.get(user);
    return expected != null
        && MessageDigest.isEqual(expected.getBytes(UTF_8), password.getBytes(UTF_8));
  }
}
