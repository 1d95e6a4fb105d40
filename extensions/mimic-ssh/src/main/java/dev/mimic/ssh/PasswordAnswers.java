package dev.mimic.ssh;

import com.jcraft.jsch.UIKeyboardInteractive;
import com.jcraft.jsch.UserInfo;
import org.jspecify.annotations.Nullable;

/**
 * The password, as the answer to each method of authentication that asks for one, and to each only
 * once. The library would forget a password that was refused, and then answer a dialogue with
 * nothing. Used by one thread, that of the login.
 */
final class PasswordAnswers implements UserInfo, UIKeyboardInteractive {
  private static final String CHANGE = "Password Change Required"; // as the library names it

  private final String password;
  private boolean asked;
  private boolean askedInDialogue;

  PasswordAnswers(String password) {
    this.password = password;
  }

  @Override
  public boolean promptPassword(String message) {
    boolean first = !asked;
    asked = true;
    return first;
  }

  @Override
  public String getPassword() {
    return password;
  }

  /** Answers one hidden question; a request for a new password is none. */
  @Override
  public String @Nullable [] promptKeyboardInteractive(
      String destination, String name, String instruction, String[] prompts, boolean[] echo) {
    if (prompts.length == 0) {
      return new String[0];
    }
    if (prompts.length > 1 || echo[0] || askedInDialogue || name.equals(CHANGE)) {
      return null;
    }
    askedInDialogue = true;
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
