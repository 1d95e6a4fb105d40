package dev.mimic.testkit;

import java.util.Comparator;
import java.util.Optional;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.MethodOrdererContext;

/** Runs the lines in the order of their numbers, and then what a subclass has besides. */
final class LineOrder implements MethodOrderer {

  @Override
  public void orderMethods(MethodOrdererContext context) {
    context
        .getMethodDescriptors()
        .sort(Comparator.comparingInt(method -> number(method.findAnnotation(Line.class))));
  }

  private static int number(Optional<Line> line) {
    return line.map(Line::value).orElse(Integer.MAX_VALUE);
  }
}
