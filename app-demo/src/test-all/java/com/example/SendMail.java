package com.example;

import com.google.inject.Guice;
import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.mail.MailClient;
import dev.mimic.mail.MailMessage;
import dev.mimic.mail.MailModule;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;

/** A program that sends mail. */
final class SendMail {
  private SendMail() {}

  public static void main(String[] args) throws IOException {
    MimicResolver resolver =
        Guice.createInjector(new UnixLikeModule(), new TlsModule(), new MailModule())
            .getInstance(MimicResolver.class);
    MailMessage mail =
        MailMessage.builder()
            .from("Ann <ann@example.org>")
            .to("bob@example.org")
            .subject("Lunch?")
            .text("At noon.")
            .build();
    Context how = Context.empty().with(Address.PASSWORD, args[0]);

    MailClient.of(resolver).send("submission://ann@mail.example.org", mail, how);
  }
}
