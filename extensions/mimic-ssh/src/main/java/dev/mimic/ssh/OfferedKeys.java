package dev.mimic.ssh;

import com.jcraft.jsch.Identity;
import com.jcraft.jsch.IdentityRepository;
import com.jcraft.jsch.JSchException;
import java.util.Collections;
import java.util.List;
import java.util.Vector;
import java.util.stream.IntStream;

/**
 * The keys to offer to a server, in order. JSch requests the list for each attempt at public key
 * authentication, and receives the keys after the last one that has signed. Thus a server that
 * requires several keys ({@code AuthenticationMethods publickey,publickey}) is offered each key
 * once. Used by the thread of the login only.
 */
final class OfferedKeys implements IdentityRepository {
  private static final int MAX_ROUNDS = 6; // the default limit of OpenSSH's server on attempts

  private final List<Identity> keys;
  private int next;

  OfferedKeys(List<Identity> keys) {
    this.keys = List.copyOf(keys);
  }

  /** Returns the authentication method, repeated as often as the server can require keys. */
  String methods() {
    int rounds = Math.clamp(keys.size(), 1, MAX_ROUNDS);
    return String.join(",", Collections.nCopies(rounds, "publickey"));
  }

  @Override
  public String getName() {
    return "the given keys";
  }

  @Override
  public int getStatus() {
    return RUNNING;
  }

  @Override
  @SuppressWarnings("JdkObsolete") // required by JSch
  public Vector<Identity> getIdentities() {
    int first = next;
    next = keys.size();
    return new Vector<>(
        IntStream.range(first, keys.size()).mapToObj(index -> (Identity) new Key(index)).toList());
  }

  @Override
  public boolean add(byte[] identity) {
    return false;
  }

  @Override
  public boolean remove(byte[] blob) {
    return false;
  }

  @Override
  public void removeAll() {}

  /** A key that records that it has signed, which it does only if the server accepts it. */
  private final class Key implements Identity {
    private final int index;
    private final Identity key;

    Key(int index) {
      this.index = index;
      this.key = keys.get(index);
    }

    @Override
    public byte[] getSignature(byte[] data) {
      next = index + 1;
      return key.getSignature(data);
    }

    @Override
    public byte[] getSignature(byte[] data, String algorithm) {
      next = index + 1;
      return key.getSignature(data, algorithm);
    }

    @Override
    public boolean setPassphrase(byte[] passphrase) throws JSchException {
      return key.setPassphrase(passphrase);
    }

    @Override
    public byte[] getPublicKeyBlob() {
      return key.getPublicKeyBlob();
    }

    @Override
    public String getAlgName() {
      return key.getAlgName();
    }

    @Override
    public String getName() {
      return key.getName();
    }

    @Override
    public boolean isEncrypted() {
      return key.isEncrypted();
    }

    @Override
    public void clear() {
      key.clear();
    }
  }
}
