package dev.mimic.testkit;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
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
 * A JUnit extension that records the results of a class, and writes them if it has a {@link Row}.
 */
final class Results implements BeforeAllCallback, AfterAllCallback {
  private static final Namespace NAMESPACE = Namespace.create(Results.class);

  /** The record of one class. */
  record ClassResults(
      List<LineInfo> lines, Exclusions exclusions, Map<String, Set<ThreadKind>> held) {

    Optional<String> reasonToExclude(Method line) {
      return exclusions.reason(line.getName());
    }

    void addHeld(Method line, ThreadKind kind) {
      held.computeIfAbsent(line.getName(), name -> ConcurrentHashMap.newKeySet()).add(kind);
    }

    /** Returns the lines that are excluded, or that held on both kinds of threads. */
    List<ContractResult.LineResult> lineResults() {
      return lines.stream()
          .filter(line -> reason(line).isPresent() || heldOnAll(line))
          .map(line -> new ContractResult.LineResult(line, reason(line)))
          .toList();
    }

    private Optional<String> reason(LineInfo line) {
      return exclusions.reason(line.name());
    }

    private boolean heldOnAll(LineInfo line) {
      return held.getOrDefault(line.name(), Set.of()).containsAll(EnumSet.allOf(ThreadKind.class));
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Class<?> row = context.getRequiredTestClass();
    List<LineInfo> lines = LineInfo.of(row);
    Exclusions exclusions = Exclusions.of(row, lines);
    context
        .getStore(NAMESPACE)
        .put(ClassResults.class, new ClassResults(lines, exclusions, new ConcurrentHashMap<>()));
  }

  static ClassResults of(ExtensionContext context) {
    return requireNonNull(context.getStore(NAMESPACE).get(ClassResults.class, ClassResults.class));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    AnnotationSupport.findAnnotation(context.getRequiredTestClass(), Row.class)
        .ifPresent(row -> write(row.value(), Settings.of(context).results(), of(context)));
  }

  private static void write(String row, Path folder, ClassResults results) {
    try {
      new ContractResult(row, results.lineResults()).write(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The excluded lines of a row, with their reasons. */
  record Exclusions(Map<String, String> reasons) {

    /** Reads and checks the annotations of a class. */
    static Exclusions of(Class<?> row, List<LineInfo> lines) {
      Set<String> names = lines.stream().map(LineInfo::name).collect(toSet());
      Map<String, String> reasons = new LinkedHashMap<>();
      for (Excludes each : AnnotationSupport.findRepeatableAnnotations(row, Excludes.class)) {
        String line = each.line();
        if (!names.contains(line)) {
          throw invalid(row, line, "the contract has no such line");
        }
        if (each.because().isBlank()) {
          throw invalid(row, line, "it has no reason: set because");
        }
        if (each.because().matches("(?s).*[\\t\\n\\r].*")) {
          throw invalid(row, line, "its reason must be a single line without tabs");
        }
        if (reasons.put(line, each.because()) != null) {
          throw invalid(row, line, "it is excluded twice");
        }
      }
      return new Exclusions(reasons);
    }

    Optional<String> reason(String line) {
      return Optional.ofNullable(reasons.get(line));
    }

    private static IllegalArgumentException invalid(Class<?> row, String line, String why) {
      return new IllegalArgumentException(
          "%s excludes \"%s\": %s".formatted(row.getSimpleName(), line, why));
    }
  }
}
