package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Excludes;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The exclusions from the contract for Bouncy Castle. */
@Excludes(line = "shutdownOutput_endsOneDirection", because = NoHalfClose.REASON)
@Excludes(line = "shutdownOutput_besideWaitingRead_leavesIt", because = NoHalfClose.REASON)
@Excludes(line = "flow_shutInBothDirections_isOpen", because = NoHalfClose.REASON)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface NoHalfClose {
  String REASON =
      "Bouncy Castle ends both directions at once: reading after that is an error, and never an end";
}
