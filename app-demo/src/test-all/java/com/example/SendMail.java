package com.example;

import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.guice.Deployment;
import dev.mimic.mail.MailClient;
import dev.mimic.mail.MailMessage;
import dev.mimic.mail.MailModule;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;

/** Sends a mail, with the password that is the program's argument. */
final class SendMail {
  private SendMail() {}

  public static void main(String[] args) throws IOException {
    MimicResolver resolver =
        Deployment.of("mail", new UnixLikeModule(), new TlsModule(), new MailModule()).resolver();
    MailMessage mail =
        MailMessage.builder()
            .from("Ann <ann@example.org>")
            .to("bob@example.org")
            .subject("Lunch?")
            .text("At noon.")
            .build();
    Context context = Context.empty().with(Address.PASSWORD, args[0]);

    MailClient.of(resolver).send("submission://ann@mail.example.org", mail, context);
  }
}
