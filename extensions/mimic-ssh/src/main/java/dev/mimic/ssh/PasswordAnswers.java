package dev.mimic.ssh;

import com.jcraft.jsch.UIKeyboardInteractive;
import com.jcraft.jsch.UserInfo;
import org.jspecify.annotations.Nullable;

/**
 * The password as the answer to the methods {@code password} and {@code keyboard-interactive}, once
 * for each. By itself, JSch discards a password that was refused, and then answers
 * keyboard-interactive prompts without one. Used by the thread of the login only.
 */
final class PasswordAnswers implements UserInfo, UIKeyboardInteractive {
  private static final String CHANGE = "Password Change Required"; // the name that JSch uses

  private final String password;
  private boolean prompted;
  private boolean promptedInteractively;

  PasswordAnswers(String password) {
    this.password = password;
  }

  @Override
  public boolean promptPassword(String message) {
    boolean first = !prompted;
    prompted = true;
    return first;
  }

  @Override
  public String getPassword() {
    return password;
  }

  /** Answers a single prompt without echo, but not a request for a new password. */
  @Override
  public String @Nullable [] promptKeyboardInteractive(
      String destination, String name, String instruction, String[] prompts, boolean[] echo) {
    if (prompts.length == 0) {
      return new String[0];
    }
    if (prompts.length > 1 || echo[0] || promptedInteractively || name.equals(CHANGE)) {
      return null;
    }
    promptedInteractively = true;
    return new String[] {password};
  }

  @Override
  public boolean promptPassphrase(String message) {
    return false;
  }

  @Override
  public @Nullable String getPassphrase() {
    return null;
  }

  @Override
  public boolean promptYesNo(String message) {
    return false;
  }

  @Override
  public void showMessage(String message) {}
}
