package dev.mimic.testkit;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Notes, for one class, which lines held; and leaves a file of it if the class is a {@link Row}.
 */
final class Results implements BeforeAllCallback, AfterAllCallback {
  private static final Namespace OURS = Namespace.create(Results.class);

  /** What is noted of one class. */
  record Noted(List<ListedLine> lines, Exclusions exclusions, Map<String, Set<ThreadKind>> held) {

    Optional<String> reasonToExclude(Method line) {
      return exclusions.reason(line.getName());
    }

    void addHeld(Method line, ThreadKind kind) {
      held.computeIfAbsent(line.getName(), name -> ConcurrentHashMap.newKeySet()).add(kind);
    }

    /** Returns the outcomes of what is excluded, or held on each kind of thread. */
    List<ContractResult.Outcome> outcomes() {
      return lines.stream()
          .filter(line -> reason(line).isPresent() || heldOnAll(line))
          .map(line -> new ContractResult.Outcome(line, reason(line)))
          .toList();
    }

    private Optional<String> reason(ListedLine line) {
      return exclusions.reason(line.name());
    }

    private boolean heldOnAll(ListedLine line) {
      return held.getOrDefault(line.name(), Set.of()).containsAll(EnumSet.allOf(ThreadKind.class));
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Class<?> row = context.getRequiredTestClass();
    List<ListedLine> lines = ListedLine.of(row);
    Exclusions exclusions = Exclusions.of(row, lines);
    context
        .getStore(OURS)
        .put(Noted.class, new Noted(lines, exclusions, new ConcurrentHashMap<>()));
  }

  static Noted of(ExtensionContext context) {
    return requireNonNull(context.getStore(OURS).get(Noted.class, Noted.class));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    AnnotationSupport.findAnnotation(context.getRequiredTestClass(), Row.class)
        .ifPresent(row -> write(row.value(), Settings.of(context).results(), of(context)));
  }

  private static void write(String row, Path folder, Noted noted) {
    try {
      new ContractResult(row, noted.outcomes()).write(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
