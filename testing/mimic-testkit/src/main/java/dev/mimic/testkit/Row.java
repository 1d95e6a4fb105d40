package dev.mimic.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name of a transport in tables of results. A subclass of {@link FlowContract} with this
 * annotation writes its results to a file for {@link ContractTable}.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Row {

  /** The name, such as {@code TLS over TCP}: letters, digits, spaces, {@code . , ( ) + -}. */
  String value();
}
