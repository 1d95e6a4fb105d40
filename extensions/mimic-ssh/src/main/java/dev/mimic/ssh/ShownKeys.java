package dev.mimic.ssh;

import com.jcraft.jsch.Identity;
import com.jcraft.jsch.IdentityRepository;
import com.jcraft.jsch.JSchException;
import java.util.Collections;
import java.util.List;
import java.util.Vector;
import java.util.stream.IntStream;

/**
 * The keys to show, in order. The library asks for them whenever it tries public keys; it is given
 * those that come after the last one that has signed. So a server that wants several keys ({@code
 * AuthenticationMethods publickey,publickey}) is shown each once. Used by one thread, that of the
 * login.
 */
final class ShownKeys implements IdentityRepository {
  private static final int MAX_ROUNDS = 6; // as many tries as OpenSSH's server allows

  private final List<Identity> keys;
  private int next;

  ShownKeys(List<Identity> keys) {
    this.keys = List.copyOf(keys);
  }

  /** Returns the method for the library, as often as keys could be wanted. */
  String method() {
    int rounds = Math.clamp(keys.size(), 1, MAX_ROUNDS);
    return String.join(",", Collections.nCopies(rounds, "publickey"));
  }

  @Override
  public String getName() {
    return "the keys that were given";
  }

  @Override
  public int getStatus() {
    return RUNNING;
  }

  @Override
  @SuppressWarnings("JdkObsolete") // the library's own interface
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

  /** A key that notes that it has signed: the server knows it. */
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
