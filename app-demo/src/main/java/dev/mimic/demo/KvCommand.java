package dev.mimic.demo;

import dev.mimic.git.GitClient;
import dev.mimic.store.GitStore;
import dev.mimic.store.StoreChange;
import dev.mimic.store.StoreConflict;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands for a store of texts. */
@Command(
    name = "kv",
    description = "Keep texts under keys in a Git repository, and share them.",
    subcommands = {
      KvCommand.Get.class,
      KvCommand.Set.class,
      KvCommand.Remove.class,
      KvCommand.ListKeys.class,
      KvCommand.History.class,
      KvCommand.Pull.class,
      KvCommand.Push.class,
      HelpCommand.class
    })
final class KvCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new WrongUsageException(
        "kv needs a command: get, set, remove, list, history, pull or push");
  }

  @Command(name = "get", description = "Print the text under KEY.")
  static final class Get implements Callable<Integer> {
    @Mixin private final KvOptions options = new KvOptions();

    @Parameters(paramLabel = "KEY")
    private String key = "";

    @Override
    public Integer call() throws IOException {
      return options.read(
          store -> {
            Optional<String> text = store.get(key);
            if (text.isEmpty()) {
              throw noText(store);
            }
            System.out.println(text.get());
          });
    }

    private IOException noText(GitStore store) throws IOException {
      String below =
          store.keys().stream()
              .filter(each -> each.startsWith(key + "/"))
              .findFirst()
              .map(each -> ", but under " + each)
              .orElse("");
      return new IOException("there is no text under " + key + below);
    }
  }

  @Command(name = "set", description = "Keep TEXT under KEY.")
  static final class Set implements Callable<Integer> {
    @Mixin private final KvOptions options = new KvOptions();

    @Parameters(index = "0", paramLabel = "KEY", description = "Names with / between them.")
    private String key = "";

    @Parameters(index = "1", paramLabel = "TEXT")
    private String text = "";

    @Override
    public Integer call() throws IOException {
      return options.changeOrMake(store -> store.set(key, text));
    }
  }

  @Command(name = "remove", description = "Remove KEY and its text.")
  static final class Remove implements Callable<Integer> {
    @Mixin private final KvOptions options = new KvOptions();

    @Parameters(paramLabel = "KEY")
    private String key = "";

    @Override
    public Integer call() throws IOException {
      return options.change(store -> store.remove(key));
    }
  }

  @Command(name = "list", description = "List all keys.")
  static final class ListKeys implements Callable<Integer> {
    @Mixin private final KvOptions options = new KvOptions();

    @Override
    public Integer call() throws IOException {
      return options.read(store -> print(store.keys()));
    }
  }

  private static void print(List<String> keys) {
    keys.forEach(each -> System.out.println(StandardOutput.printable(each)));
  }

  @Command(name = "history", description = "List the changes, of KEY or of all, newest first.")
  static final class History implements Callable<Integer> {
    @Mixin private final KvOptions options = new KvOptions();

    @Parameters(arity = "0..1", paramLabel = "KEY")
    private @Nullable String key;

    @Override
    public Integer call() throws IOException {
      return options.read(store -> print(key == null ? store.history() : store.history(key)));
    }

    private static void print(List<StoreChange> changes) {
      for (StoreChange each : changes) {
        System.out.println(
            StandardOutput.printable(
                "%s %s: %s".formatted(each.at(), each.author(), each.message())));
      }
    }
  }

  @Command(
      name = "pull",
      description = {
        "Fetch the changes of others from the repository at ADDRESS, and merge them.",
        "%nA key that was changed differently on both sides is a conflict: nothing is merged.%n"
      })
  static final class Pull implements Callable<Integer> {
    @Mixin private final KvOptions options = new KvOptions();
    @Mixin private final GitOptions git = new GitOptions();

    @Parameters(paramLabel = "ADDRESS")
    private String address = "";

    @Option(
        names = "--prefer",
        paramLabel = "SIDE",
        description = "The side that wins a conflict: ${COMPLETION-CANDIDATES}.")
    private @Nullable Side side;

    enum Side {
      ours,
      theirs
    }

    @Override
    public Integer call() throws IOException {
      return options.changeOrMake(this::pull);
    }

    private void pull(GitStore store) throws IOException {
      GitClient client = git.client(address);
      boolean unused =
          side == null ? store.pull(client, address) : store.pull(client, address, decision(side));
    }

    private static StoreConflict.Decision decision(Side side) {
      return switch (side) {
        case ours -> StoreConflict.Decision.OURS;
        case theirs -> StoreConflict.Decision.THEIRS;
      };
    }
  }

  @Command(
      name = "push",
      description = {
        "Push the changes of this store to the repository at ADDRESS.",
        "%nChanges that others have pushed meanwhile are merged first.%n"
      })
  static final class Push implements Callable<Integer> {
    @Mixin private final KvOptions options = new KvOptions();
    @Mixin private final GitOptions git = new GitOptions();

    @Parameters(paramLabel = "ADDRESS")
    private String address = "";

    @Override
    public Integer call() throws IOException {
      return options.change(store -> store.push(git.client(address), address));
    }
  }
}
