package dev.mimic.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A line of the contract that a transport does not keep, and why. It is not run, and is reported
 * with its reason; a name that is no line, an empty reason or one line twice is an error.
 *
 * <pre>{@code
 * @Row("TLS over TCP")
 * @Excludes(line = "unreadInputMakesACloseAReset", because = "TLS has close_notify, and no reset")
 * final class TlsContractTest extends FlowListenerContract { ... }
 * }</pre>
 *
 * <p>Rows with the same exclusions can share them by an annotation of their own that carries these,
 * and is kept at run time.
 */
@Documented
@Inherited
@Repeatable(Excludes.All.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
public @interface Excludes {

  /** The name of the line's method. */
  String line();

  /** The reason, as a user would want to read it below a table: no full stop at its end. */
  String because();

  /** Several of them. */
  @Documented
  @Inherited
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
  @interface All {

    /** The exclusions. */
    Excludes[] value();
  }
}
