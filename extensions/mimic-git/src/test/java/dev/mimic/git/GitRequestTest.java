package dev.mimic.git;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.eclipse.jgit.errors.PackProtocolException;
import org.junit.jupiter.api.Test;

class GitRequestTest {
  @Test
  void ofLine_request_hasServicePathAndVersion() throws Exception {
    GitRequest request = GitRequest.ofLine("git-upload-pack /a b/c\0host=h:9\0\0version=2\0");

    assertThat(request.push()).isFalse();
    assertThat(request.path()).isEqualTo("a b/c");
    assertThat(request.parameters()).containsExactly("version=2");
  }

  @Test
  void ofCommand_quotedPath_isUnquoted() throws Exception {
    GitRequest request = GitRequest.ofCommand("git-receive-pack 'a b'");

    assertThat(request.push()).isTrue();
    assertThat(request.path()).isEqualTo("a b");
  }

  @Test
  void ofCommand_otherCommand_isRefused() {
    assertThrows(PackProtocolException.class, () -> GitRequest.ofCommand("rm -rf /"));
    assertThrows(PackProtocolException.class, () -> GitRequest.ofCommand("git-upload-pack"));
  }

  @Test
  void of_pathOutsideFolder_isRefused() throws Exception {
    assertThat(GitRequest.ofCommand("git-upload-pack '//etc/x'").path()).isEqualTo("etc/x");
    assertThat(GitRequest.ofCommand("git-upload-pack 'it'\\''s'").path()).isEqualTo("it's");
    for (String path : new String[] {"/../x", "a/../../x", "/", "a\nb"}) {
      assertThrows(
          PackProtocolException.class, () -> GitRequest.ofLine("git-upload-pack " + path), path);
    }
  }
}
