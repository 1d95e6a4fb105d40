package dev.mimic.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Utf8;
import dev.mimic.store.TreeObjects.Entry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/**
 * A branch of a repository that nobody has checked out: trees are read from its tip, and commits
 * put on top of it. Thread-safe; whoever was overtaken by another process tries again.
 */
final class StoreBranch {
  private static final int TRIES = 100;
  private static final long PAUSE_NANOS = 5_000_000;

  /** Makes a new tip out of the one that there is, or returns it. */
  @FunctionalInterface
  private interface Step {
    @Nullable ObjectId after(@Nullable ObjectId tip) throws IOException;
  }

  /** What is done to the texts. */
  @FunctionalInterface
  interface Change {
    StoredTree apply(StoredTree tree) throws IOException;
  }

  private final Repository repository;
  private final String ref;
  private final ReentrantLock changing = new ReentrantLock(); // keeps this JVM's changes in a row

  StoreBranch(Repository repository, String ref) {
    this.repository = repository;
    this.ref = ref;
  }

  String ref() {
    return ref;
  }

  Optional<ObjectId> tip() throws IOException {
    Ref found = repository.exactRef(ref);
    return found == null ? Optional.empty() : Optional.ofNullable(found.getObjectId());
  }

  StoredTree tree() throws IOException {
    return tree(tip().orElse(null));
  }

  private StoredTree tree(@Nullable ObjectId commit) throws IOException {
    TreeObjects objects = new TreeObjects(repository);
    return commit == null ? StoredTree.empty(objects) : objects.ofCommit(commit);
  }

  /** Returns a text. */
  String text(Entry entry) throws IOException {
    String id = entry.id().name();
    ObjectLoader loader = repository.open(entry.id(), Constants.OBJ_BLOB);
    if (loader.getSize() > GitStore.MAX_TEXT_BYTES) {
      throw new StoreException(
          "what is stored has %d bytes, and a text at most %d: read the blob %s by git"
              .formatted(loader.getSize(), GitStore.MAX_TEXT_BYTES, id));
    }
    byte[] bytes;
    try {
      // With its own limit: getBytes() refuses more than JGit's, or than a quarter of the heap.
      bytes = loader.getCachedBytes(GitStore.MAX_TEXT_BYTES);
    } catch (LargeObjectException e) {
      throw new StoreException(
          "what is stored has %d bytes, more than the memory has room for: give Java a larger heap"
              .formatted(loader.getSize()),
          e);
    }
    if (!Utf8.isWellFormed(bytes)) {
      throw new StoreException(
          "what is stored is no text in UTF-8: read the blob %s by git".formatted(id));
    }
    return new String(bytes, UTF_8);
  }

  ObjectId insert(String text) throws IOException {
    checkText(text);
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      ObjectId id = inserter.insert(Constants.OBJ_BLOB, text.getBytes(UTF_8));
      inserter.flush();
      return id;
    }
  }

  private static void checkText(String text) {
    int bytes;
    try {
      bytes = Utf8.encodedLength(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the text has no form in UTF-8: " + e.getMessage(), e);
    }
    if (bytes > GitStore.MAX_TEXT_BYTES) {
      throw new IllegalArgumentException(
          "the text has %d bytes in UTF-8: it can have %d"
              .formatted(bytes, GitStore.MAX_TEXT_BYTES));
    }
  }

  /** Commits a change, unless it changes nothing. */
  void change(String message, Change change) throws IOException {
    boolean unused =
        advance(
            tip -> {
              StoredTree before = tree(tip);
              StoredTree after = change.apply(before);
              return after.equals(before)
                  ? tip
                  : commit(message, after, tip == null ? List.of() : List.of(tip));
            });
  }

  /**
   * Merges what others have committed.
   *
   * @param decision null if nobody decides about conflicts
   * @return whether there was anything new in it
   */
  boolean merge(ObjectId theirs, StoreConflict.@Nullable Decision decision) throws IOException {
    return advance(tip -> tip == null ? theirs : merged(tip, theirs, decision));
  }

  private ObjectId merged(ObjectId ours, ObjectId theirs, StoreConflict.@Nullable Decision decision)
      throws IOException {
    TreeObjects objects = new TreeObjects(repository);
    StoreBase base = new StoreBase(repository, objects);
    List<ObjectId> bases = base.commits(ours, theirs);
    if (bases.contains(theirs)) {
      return ours;
    }
    if (bases.contains(ours)) {
      return theirs;
    }
    Sides sides = new Sides(base.tree(bases), objects.ofCommit(ours), objects.ofCommit(theirs));
    return commit("merge", settled(sides, decision), List.of(ours, theirs));
  }

  private record Sides(StoredTree base, StoredTree ours, StoredTree theirs) {}

  private StoredTree settled(Sides sides, StoreConflict.@Nullable Decision decision)
      throws IOException {
    StoreMerge.Result merge = StoreMerge.of(sides.base, sides.ours, sides.theirs);
    StoredTree tree = merge.tree();
    for (StoreKey key : merge.conflicts()) {
      List<Entry> ours = sides.ours.files(key);
      List<Entry> theirs = sides.theirs.files(key);
      if (decision == null || key.text().isEmpty() || !isText(ours) || !isText(theirs)) {
        throw new StoreConflictException(merge.conflicts()); // a link, a module: not ours to decide
      }
      Optional<String> text =
          decision.decide(
              new StoreConflict(
                  key.name(),
                  text(sides.base.text(key)),
                  text(ours.stream().findFirst()),
                  text(theirs.stream().findFirst())));
      if (text.isPresent()) {
        tree = decided(tree, key, insert(text.orElseThrow()), ours, theirs);
      }
    }
    return checked(tree, merge.conflicts());
  }

  private static boolean isText(List<Entry> files) {
    return files.size() <= 1 && files.stream().allMatch(Entry::isText);
  }

  /** Sets what was decided, with the mode of the side that has this text, or else of any side. */
  private static StoredTree decided(
      StoredTree tree, StoreKey key, ObjectId id, List<Entry> ours, List<Entry> theirs)
      throws IOException {
    List<Entry> sides = Stream.concat(ours.stream(), theirs.stream()).toList();
    String mode =
        sides.stream()
            .filter(entry -> entry.id().equals(id))
            .findFirst()
            .or(() -> sides.stream().findFirst())
            .map(Entry::mode)
            .orElse(Entry.FILE);
    return tree.with(key.names(), mode, id);
  }

  /** Checks that nothing decided is a file and a folder at the same time, which Git cannot keep. */
  private static StoredTree checked(StoredTree tree, List<StoreKey> decided) throws IOException {
    for (StoreKey key : decided) {
      if (tree.isFileAndFolder(key)) {
        throw new StoreException(
            "%s cannot have a text and be a folder: decide for one of them".formatted(key));
      }
    }
    return tree;
  }

  private Optional<String> text(Optional<Entry> entry) throws IOException {
    return entry.isPresent() ? Optional.of(text(entry.orElseThrow())) : Optional.empty();
  }

  private ObjectId commit(String message, StoredTree tree, List<? extends AnyObjectId> parents)
      throws IOException {
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(tree.write(inserter));
      commit.setParentIds(parents.stream().map(AnyObjectId::copy).toList());
      PersonIdent author = new PersonIdent(repository);
      commit.setAuthor(author);
      commit.setCommitter(author);
      commit.setMessage(message);
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      return id;
    }
  }

  /**
   * Puts the branch where this step leads to; again, if somebody else has moved it meanwhile.
   *
   * @return whether it was somewhere else
   */
  private boolean advance(Step step) throws IOException {
    changing.lock();
    try {
      for (int tries = 0; tries < TRIES; tries++) {
        ObjectId tip = tip().orElse(null);
        @Nullable ObjectId next = step.after(tip);
        if (next == null || next.equals(tip)) {
          return false;
        }
        if (move(tip == null ? ObjectId.zeroId() : tip, next)) {
          return true;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      throw new StoreException(
          "%s of %s is locked: is there a file of its name that ends in .lock?"
              .formatted(ref, repository));
    } finally {
      changing.unlock();
    }
  }

  private boolean move(ObjectId from, ObjectId to) throws IOException {
    RefUpdate update = repository.updateRef(ref);
    update.setExpectedOldObjectId(from);
    update.setNewObjectId(to);
    return switch (update.update()) {
      case NEW, FAST_FORWARD, FORCED, NO_CHANGE -> true;
      case LOCK_FAILURE, REJECTED -> false;
      default ->
          throw new StoreException("%s could not be set: %s".formatted(ref, update.getResult()));
    };
  }
}
