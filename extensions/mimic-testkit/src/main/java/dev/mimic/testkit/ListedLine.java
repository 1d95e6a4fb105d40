package dev.mimic.testkit;

import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * A line as it is listed.
 *
 * @param number its place
 * @param name the method's
 * @param sentence what it says
 */
record ListedLine(int number, String name, String sentence) {

  /** Returns all lines that a class runs, in order. */
  static List<ListedLine> of(Class<?> row) {
    return AnnotationSupport.findAnnotatedMethods(row, Line.class, HierarchyTraversalMode.TOP_DOWN)
        .stream()
        .map(ListedLine::of)
        .sorted(Comparator.comparingInt(ListedLine::number))
        .toList();
  }

  private static ListedLine of(Method method) {
    String sentence =
        AnnotationSupport.findAnnotation(method, DisplayName.class)
            .map(DisplayName::value)
            .orElse(method.getName());
    int number = AnnotationSupport.findAnnotation(method, Line.class).orElseThrow().value();
    return new ListedLine(number, method.getName(), sentence);
  }
}
