package dev.mimic.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The seed of the networks of a test method, or of all tests of a class. It takes precedence over
 * {@link MimicExtension.Builder#seed}; the parameter {@code mimic.seed} takes precedence over it.
 */
@Documented
@Inherited
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Seed {

  /** The seed. */
  long value();
}
