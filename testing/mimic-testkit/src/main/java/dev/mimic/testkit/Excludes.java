package dev.mimic.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An exclusion of a line of the contract that a transport does not satisfy. The line does not run,
 * and is reported with the reason. An unknown line, an empty reason and a duplicate are errors.
 *
 * <pre>{@code
 * @Row("TLS over TCP")
 * @Excludes(line = "close_withUnreadInput_isReset", because = "TLS has close_notify, and no reset")
 * final class TlsContractTest extends FlowListenerContract { ... }
 * }</pre>
 *
 * <p>Classes can share exclusions by an annotation with run-time retention that has these
 * annotations.
 */
@Documented
@Inherited
@Repeatable(Excludes.All.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
public @interface Excludes {

  /** The name of the method of the line. */
  String line();

  /** The reason as a note below the table of results, without a full stop at the end. */
  String because();

  /** The container of several exclusions. */
  @Documented
  @Inherited
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
  @interface All {

    /** The exclusions. */
    Excludes[] value();
  }
}
