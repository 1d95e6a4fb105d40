package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.mail.MailClient;
import dev.mimic.mail.MailMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command that sends a mail. */
@Command(
    name = "mail",
    customSynopsis = "mimic mail --from=MAILBOX --to=MAILBOX [OPTIONS] ADDRESS",
    description = {
      "Send standard input, in UTF-8, as a mail by the server of ADDRESS.",
      "%nNothing is sent without TLS. --timeout limits the whole command."
    })
final class MailCommand implements Callable<Integer> {
  @Mixin private final DeploymentOptions options = new DeploymentOptions(DeploymentOptions.HOST);

  @Mixin private final ClientOptions client = new ClientOptions();

  @Parameters(
      paramLabel = "ADDRESS",
      description =
          "submission://USER@HOST, smtps://USER@HOST or smtp://HOST. The password is in"
              + " --password-file, or follows the user.")
  private String address = "";

  @Option(
      names = "--from",
      required = true,
      paramLabel = "MAILBOX",
      description = "Such as ann@example.org or \"Ann <ann@example.org>\".")
  private String from = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "MAILBOX",
      description = "A recipient. Can be given again.")
  private List<String> to = new ArrayList<>();

  @Option(
      names = "--cc",
      paramLabel = "MAILBOX",
      description = "A recipient of a copy. Can be given again.")
  private List<String> cc = new ArrayList<>();

  @Option(
      names = "--bcc",
      paramLabel = "MAILBOX",
      description = "A recipient whom the others do not see. Can be given again.")
  private List<String> bcc = new ArrayList<>();

  @Option(names = "--subject", paramLabel = "TEXT", description = "The subject. Defaults to none.")
  private String subject = "";

  @Option(
      names = "--attach",
      paramLabel = "FILE",
      description = "A file to attach. Can be given again.")
  private List<Path> attachments = new ArrayList<>();

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "The file whose first line is the password.")
  private @Nullable Path passwordFile;

  @Override
  public Integer call() throws IOException {
    MimicResolver resolver = options.deploymentThatReachesOthers().resolver();
    AddressArgument.checkMail(address, resolver);
    Context how = withPassword(client.context(address, resolver));
    MailMessage mail = mail();
    MailClient.of(resolver).send(address, mail, how, client.timeout(resolver));
    return 0;
  }

  private Context withPassword(Context context) throws IOException {
    return passwordFile == null
        ? context
        : context.with(Address.PASSWORD, InputFile.firstLine(passwordFile));
  }

  private MailMessage mail() throws IOException {
    MailMessage.Builder mail = envelope();
    for (Path each : attachments) {
      try (InputFile file = InputFile.open(each)) {
        attach(mail, String.valueOf(each.getFileName()), file.readAllBytes());
      }
    }
    return mail.text(text()).build();
  }

  private static String text() throws IOException {
    byte[] text = InputFile.standard().readAllBytes(); // not ours to close
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("standard input is not in UTF-8: convert it, or use --attach FILE", e);
    }
  }

  private MailMessage.Builder envelope() {
    return WrongUsageException.translating(
        () ->
            MailMessage.builder()
                .from(from)
                .to(to.toArray(String[]::new))
                .cc(cc.toArray(String[]::new))
                .bcc(bcc.toArray(String[]::new))
                .subject(subject));
  }

  private void attach(MailMessage.Builder mail, String name, byte[] content) {
    MailMessage.Builder unused = WrongUsageException.translating(() -> mail.attach(name, content));
  }
}
