package dev.mimic.ssh;

import com.jcraft.jsch.Identity;
import com.jcraft.jsch.IdentityRepository;
import java.util.List;
import java.util.Vector;

/** The keys to show, in order, as the library asks for them. Nothing can be added. */
record ShownKeys(List<Identity> keys) implements IdentityRepository {
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
    return new Vector<>(keys);
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
}
