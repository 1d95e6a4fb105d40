package dev.mimic.guice;

import com.google.inject.Binding;
import com.google.inject.ConfigurationException;
import com.google.inject.Injector;
import com.google.inject.spi.Message;
import dev.mimic.Network;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The check, made when the injector is created, that it has exactly one deployment target. {@code
 * Stage.TOOL} creates no objects, so it does not run this check.
 */
final class TargetCheck {

  @Inject
  TargetCheck(Injector injector) {
    List<Binding<Network>> targets = new Contributions(injector).bindings(MimicModule.NETWORK);
    if (targets.isEmpty()) {
      throw failure(
          "No deployment target is installed: no module here binds a network."
              + " Install one, such as UnixLikeModule or InMemoryModule.");
    }
    if (targets.size() > 1) {
      String modules =
          targets.stream()
              .map(each -> "%s (%s)".formatted(Contributions.moduleOf(each), each.getSource()))
              .collect(Collectors.joining(", "));
      throw failure(
          ("%d deployment targets are installed, but an injector must have exactly one: %s."
                  + " Remove the others.")
              .formatted(targets.size(), modules));
    }
  }

  private static ConfigurationException failure(String message) {
    return new ConfigurationException(List.of(new Message(message)));
  }
}
