package dev.mimic.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A line of a contract: a test whose name is the behaviour, and whose {@link
 * org.junit.jupiter.api.DisplayName} is the sentence. Runs on both kinds of thread, unless it is
 * {@link Excludes excluded}.
 */
@TestTemplate
@ExtendWith(LineRuns.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Line {

  /** Its place among the lines. */
  int value();
}
