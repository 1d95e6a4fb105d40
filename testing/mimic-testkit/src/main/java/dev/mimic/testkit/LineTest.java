package dev.mimic.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test of one line of a contract. Its {@link org.junit.jupiter.api.DisplayName} is the
 * requirement in words. It runs on both kinds of threads unless it is {@link Excludes excluded}.
 */
@TestTemplate
@ExtendWith(LineInvocations.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface LineTest {

  /** The position of the line in the contract. */
  int value();
}
