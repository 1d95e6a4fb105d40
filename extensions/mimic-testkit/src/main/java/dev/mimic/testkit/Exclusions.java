package dev.mimic.testkit;

import static java.util.stream.Collectors.toSet;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.platform.commons.support.AnnotationSupport;

/** The lines that a row leaves out, checked, each with its reason. */
record Exclusions(Map<String, String> reasons) {

  /** Returns what the annotations of this class say. */
  static Exclusions of(Class<?> row, List<ListedLine> lines) {
    Set<String> names = lines.stream().map(ListedLine::name).collect(toSet());
    Map<String, String> reasons = new LinkedHashMap<>();
    for (Excludes each : AnnotationSupport.findRepeatableAnnotations(row, Excludes.class)) {
      String line = each.line();
      if (!names.contains(line)) {
        throw wrong(row, line, "there is no such line");
      }
      if (each.because().isBlank()) {
        throw wrong(row, line, "it has no reason: say because of what the line cannot hold");
      }
      if (each.because().matches("(?s).*[\\t\\n\\r].*")) {
        throw wrong(row, line, "its reason must be one line, without tabs");
      }
      if (reasons.put(line, each.because()) != null) {
        throw wrong(row, line, "it is excluded twice");
      }
    }
    return new Exclusions(reasons);
  }

  Optional<String> reason(String line) {
    return Optional.ofNullable(reasons.get(line));
  }

  private static IllegalArgumentException wrong(Class<?> row, String line, String why) {
    return new IllegalArgumentException(
        "%s excludes \"%s\": %s".formatted(row.getSimpleName(), line, why));
  }
}
