package dev.mimic.demo;

import dev.mimic.Context;
import dev.mimic.tls.LocalAuthority;
import dev.mimic.tls.Tls;

/**
 * What the demo says of TLS, by an authority that ends with it.
 *
 * @param server what its servers say
 * @param client what its clients say
 */
record DemoTls(Context server, Context client) {

  static DemoTls create() {
    LocalAuthority authority = LocalAuthority.create();
    return new DemoTls(
        Context.empty()
            .with(Tls.IDENTITY, authority.identity("localhost", GitHost.NAME, MailStory.HOST)),
        Context.empty().with(Tls.TRUST, authority.trust()));
  }
}
