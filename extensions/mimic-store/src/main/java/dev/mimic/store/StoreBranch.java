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
 * A branch of a repository, which is not checked out. Trees are read from its tip, and commits are
 * added on top. A lock serializes the changes of this JVM; a change that another process has
 * overtaken is repeated on the new tip. Thread-safe.
 */
final class StoreBranch {
  private static final int MAX_TRIES = 100;
  private static final long PAUSE_NANOS = 5_000_000;

  /** A function from the current tip to the next one. It returns its argument to change nothing. */
  @FunctionalInterface
  private interface Step {
    @Nullable ObjectId after(@Nullable ObjectId tip) throws IOException;
  }

  /** A function from a tree to a changed one. */
  @FunctionalInterface
  interface Change {
    StoredTree apply(StoredTree tree) throws IOException;
  }

  private final Repository repository;
  private final String ref;
  private final ReentrantLock changeLock = new ReentrantLock(); // serializes changes of this JVM

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

  /** Reads the text of an entry. */
  String text(Entry entry) throws IOException {
    String id = entry.id().name();
    ObjectLoader loader = repository.open(entry.id(), Constants.OBJ_BLOB);
    if (loader.getSize() > GitStore.MAX_TEXT_BYTES) {
      throw new StoreException(
          "the file has %d bytes, more than the %d of a text: read the blob %s with git"
              .formatted(loader.getSize(), GitStore.MAX_TEXT_BYTES, id));
    }
    byte[] bytes;
    try {
      // An explicit limit: getBytes() refuses more than a limit of JGit or a quarter of the heap.
      bytes = loader.getCachedBytes(GitStore.MAX_TEXT_BYTES);
    } catch (LargeObjectException e) {
      throw new StoreException(
          "the file has %d bytes, which do not fit into memory: give Java a larger heap (-Xmx)"
              .formatted(loader.getSize()),
          e);
    }
    if (!Utf8.isWellFormed(bytes)) {
      throw new StoreException(
          "the file is not a text in UTF-8: read the blob %s with git".formatted(id));
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
      throw new IllegalArgumentException(
          "the text cannot be encoded in UTF-8: " + e.getMessage(), e);
    }
    if (bytes > GitStore.MAX_TEXT_BYTES) {
      throw new IllegalArgumentException(
          "the text has %d bytes in UTF-8: it can have at most %d"
              .formatted(bytes, GitStore.MAX_TEXT_BYTES));
    }
  }

  /** Commits a change unless the resulting tree is the same. */
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
   * Merges a commit into this branch.
   *
   * @param decision resolves conflicts; if null, a conflict throws {@link StoreConflictException}
   * @return whether the branch has changed
   */
  boolean merge(ObjectId theirs, StoreConflict.@Nullable Decision decision) throws IOException {
    return advance(tip -> tip == null ? theirs : merged(tip, theirs, decision));
  }

  private ObjectId merged(ObjectId ours, ObjectId theirs, StoreConflict.@Nullable Decision decision)
      throws IOException {
    TreeObjects objects = new TreeObjects(repository);
    MergeBase base = new MergeBase(repository, objects);
    List<ObjectId> bases = base.commits(ours, theirs);
    if (bases.contains(theirs)) {
      return ours;
    }
    if (bases.contains(ours)) {
      return theirs;
    }
    Sides sides = new Sides(base.tree(bases), objects.ofCommit(ours), objects.ofCommit(theirs));
    return commit("merge", resolved(sides, decision), List.of(ours, theirs));
  }

  private record Sides(StoredTree base, StoredTree ours, StoredTree theirs) {}

  private StoredTree resolved(Sides sides, StoreConflict.@Nullable Decision decision)
      throws IOException {
    StoreMerge.Result merge = StoreMerge.of(sides.base, sides.ours, sides.theirs);
    StoredTree tree = merge.tree();
    for (StoreKey key : merge.conflicts()) {
      List<Entry> ours = sides.ours.files(key);
      List<Entry> theirs = sides.theirs.files(key);
      if (decision == null || key.key().isEmpty() || !isText(ours) || !isText(theirs)) {
        throw new StoreConflictException(merge.conflicts()); // only texts can be decided
      }
      Optional<String> text =
          decision.decide(
              new StoreConflict(
                  key.name(),
                  text(sides.base.text(key)),
                  text(ours.stream().findFirst()),
                  text(theirs.stream().findFirst())));
      if (text.isPresent()) {
        tree = withDecision(tree, key, insert(text.orElseThrow()), ours, theirs);
      }
    }
    return checkDecided(tree, merge.conflicts());
  }

  private static boolean isText(List<Entry> files) {
    return files.size() <= 1 && files.stream().allMatch(Entry::isText);
  }

  /** Sets the decided text. It gets the mode of the side that has this text, or else of any. */
  private static StoredTree withDecision(
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

  /** Checks that no decided key is both a file and a folder, which Git cannot store. */
  private static StoredTree checkDecided(StoredTree tree, List<StoreKey> decided)
      throws IOException {
    for (StoreKey key : decided) {
      if (tree.isFileAndFolder(key)) {
        throw new StoreException(
            "%s cannot be both a text and a folder: decide for one of them".formatted(key));
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
   * Moves the branch to the tip that a step returns. The step is repeated if another process has
   * moved the branch in the meantime.
   *
   * @return whether the branch has moved
   */
  private boolean advance(Step step) throws IOException {
    changeLock.lock();
    try {
      for (int tries = 0; tries < MAX_TRIES; tries++) {
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
          "%s of %s is locked: if no other process uses it, delete its file that ends in .lock"
              .formatted(ref, repository));
    } finally {
      changeLock.unlock();
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
