package dev.mimic.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The host of a parameter that {@link MimicExtension} resolves. The network gets a host of this
 * name if it has none.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Host {

  /** The name of the host, such as {@code api.example.com}. */
  String value();
}
