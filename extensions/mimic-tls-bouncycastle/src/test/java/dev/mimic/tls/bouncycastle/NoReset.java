package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Excludes;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The exclusions from the contract for every provider of TLS. */
@Excludes(line = "close_withUnreadInput_isReset", because = NoReset.REASON)
@Excludes(line = "close_withInputUnreadAtShutdown_isReset", because = NoReset.REASON)
@Excludes(line = "close_withInputAfterShutdown_isReset", because = NoReset.REASON)
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface NoReset {
  String REASON =
      "TLS ends by close_notify, which the peer reads as an end; input that TLS has taken from the"
          + " layer below is not unread to that";
}
