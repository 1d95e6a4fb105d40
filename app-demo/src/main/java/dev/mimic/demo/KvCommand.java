package dev.mimic.demo;

import dev.mimic.git.GitClient;
import dev.mimic.store.GitStore;
import dev.mimic.store.StoreChange;
import dev.mimic.store.StoreConflict;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What can be done with a store of texts. */
@Command(
    name = "kv",
    description = "Keep texts under keys on a branch of Git, and share them.",
    subcommands = {
      KvCommand.Get.class,
      KvCommand.Set.class,
      KvCommand.Remove.class,
      KvCommand.ListKeys.class,
      KvCommand.History.class,
      KvCommand.Pull.class,
      KvCommand.Push.class
    })
final class KvCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new WrongUsageException("what should kv do?");
  }

  @Command(name = "get", description = "Print the text under KEY.")
  static final class Get implements Callable<Integer> {
    @Mixin private final KvOptions options = new KvOptions();

    @Parameters(paramLabel = "KEY")
    private String key = "";

    @Override
    public Integer call() throws IOException {
      return options.read(
          store ->
              System.out.println(
                  store
                      .get(key)
                      .orElseThrow(() -> new IOException("there is no text under " + key))));
    }
  }

  @Command(name = "set", description = "Keep TEXT under KEY.")
  static final class Set implements Callable<Integer> {
    @Mixin private final KvOptions options = new KvOptions();

    @Parameters(index = "0", paramLabel = "KEY", description = "Words with / between them.")
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
    keys.forEach(each -> System.out.println(Visible.onOutput(each)));
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
            Visible.onOutput("%s %s: %s".formatted(each.at(), each.author(), each.message())));
      }
    }
  }

  @Command(
      name = "pull",
      description = {
        "Get what others have changed from the repository at ADDRESS, and merge it.",
        "A key that was changed here and there, and not alike, is told and left alone."
      })
  static final class Pull implements Callable<Integer> {
    @Mixin private final KvOptions options = new KvOptions();
    @Mixin private final GitOptions git = new GitOptions();

    @Parameters(paramLabel = "ADDRESS")
    private String address = "";

    @Option(
        names = "--prefer",
        paramLabel = "SIDE",
        description = "Which wins a conflict: ${COMPLETION-CANDIDATES}.")
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
        "Give what was changed here to the repository at ADDRESS.",
        "What others have pushed meanwhile is merged first."
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
