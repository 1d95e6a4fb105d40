package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Excludes;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The exclusions from the contract for every provider of TLS. */
@Excludes(line = "unreadInputMakesACloseAReset", because = NoReset.REASON)
@Excludes(line = "inputUnreadAtShutdownInputMakesACloseAReset", because = NoReset.REASON)
@Excludes(line = "inputSinceShutdownInputMakesACloseAReset", because = NoReset.REASON)
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface NoReset {
  String REASON =
      "TLS ends by close_notify, which the peer reads as an end; input that TLS has taken from the"
          + " layer below is not unread to that";
}
