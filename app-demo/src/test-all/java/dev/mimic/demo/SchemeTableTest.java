package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.inject.Module;
import dev.mimic.Inventory;
import dev.mimic.MimicResolver;
import dev.mimic.SchemeTable;
import dev.mimic.UnknownSchemeException;
import dev.mimic.guice.Deployment;
import dev.mimic.unix.UnixLikeModule;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The modules that error messages name for a scheme, against the modules that bind the scheme. */
class SchemeTableTest {
  private static final Pattern BUILD_FOLDER = Pattern.compile("([^/]+)/target/");
  private static final String BUILT_IN = "mimic"; // the source of what comes with a network

  private final List<Deployment> deployments = Configuration.deployments(TlsChoice.jsse.module());

  @Test
  void table_ofAllModules_equalsTheirBindings() {
    Map<String, Set<String>> bound = new LinkedHashMap<>();
    for (Deployment deployment : deployments) {
      for (Inventory.SchemeEntry entry : deployment.resolver().inventory().schemes()) {
        for (Module module : contributors(deployment, entry.source())) {
          if (!artifact(module).equals("app-demo")) { // the application's own scheme
            bound
                .computeIfAbsent(entry.scheme().name(), name -> new LinkedHashSet<>())
                .add(module.getClass().getSimpleName() + " of " + artifact(module));
          }
        }
      }
    }
    Map<String, String> expected = new LinkedHashMap<>();
    bound.forEach((scheme, modules) -> expected.put(scheme, String.join(" or ", modules)));
    assertThat(SchemeTable.modules()).isEqualTo(expected);
  }

  /** Returns the modules of this name; a built-in scheme comes with the target, the first one. */
  private static List<Module> contributors(Deployment deployment, String source) {
    return source.equals(BUILT_IN)
        ? List.of(deployment.modules().getFirst())
        : deployment.modules().stream()
            .filter(each -> each.getClass().getSimpleName().equals(source))
            .toList();
  }

  /** Returns the artifact of a module: the folder that it was built in, or its jar. */
  private static String artifact(Module module) {
    String classes =
        module.getClass().getProtectionDomain().getCodeSource().getLocation().getPath();
    Matcher folder = BUILD_FOLDER.matcher(classes);
    return folder.find()
        ? folder.group(1)
        : classes.substring(classes.lastIndexOf('/') + 1).replaceFirst("-\\d.*", "");
  }

  @Test
  void unknownScheme_withoutItsModule_namesModule() {
    MimicResolver resolver = Deployment.of("plain", new UnixLikeModule()).resolver();
    String told =
        "no protocol serves \"tls://h:1\": schemes here are tcp, unix;"
            + " \"tls\" is served by TlsModule of mimic-tls";
    assertThat(assertThrows(UnknownSchemeException.class, () -> resolver.resolve("tls://h:1")))
        .hasMessageThat()
        .isEqualTo(told);
    assertThat(assertThrows(UnknownSchemeException.class, () -> resolver.listen("tls://h:1")))
        .hasMessageThat()
        .isEqualTo(told);
    assertThat(resolver.plan("tls://h:1").problem()).hasValue(told);
  }
}
