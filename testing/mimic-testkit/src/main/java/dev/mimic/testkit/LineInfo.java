package dev.mimic.testkit;

import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * The description of a line.
 *
 * @param number the position of the line in the contract
 * @param name the name of the method
 * @param sentence the requirement in words
 */
record LineInfo(int number, String name, String sentence) {

  /** Returns all lines of a class, in order. */
  static List<LineInfo> of(Class<?> row) {
    return AnnotationSupport.findAnnotatedMethods(
            row, LineTest.class, HierarchyTraversalMode.TOP_DOWN)
        .stream()
        .map(LineInfo::of)
        .sorted(Comparator.comparingInt(LineInfo::number))
        .toList();
  }

  private static LineInfo of(Method method) {
    String sentence =
        AnnotationSupport.findAnnotation(method, DisplayName.class)
            .map(DisplayName::value)
            .orElse(method.getName());
    int number = AnnotationSupport.findAnnotation(method, LineTest.class).orElseThrow().value();
    return new LineInfo(number, method.getName(), sentence);
  }
}
