package dev.mimic.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
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
    ObjectId after(@Nullable ObjectId tip) throws IOException;
  }

  /** What is done to the texts. */
  @FunctionalInterface
  interface Change {
    void apply(StoredTree tree) throws IOException;
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
    return commit == null ? StoredTree.empty() : StoredTree.of(repository, commit);
  }

  /** Returns a text. */
  String text(StoredTree.Entry entry) throws IOException {
    byte[] bytes = repository.open(entry.id(), Constants.OBJ_BLOB).getBytes();
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new StoreException("what is stored is no text in UTF-8: " + entry.id().name(), e);
    }
  }

  ObjectId insert(String text) throws IOException {
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      ObjectId id = inserter.insert(Constants.OBJ_BLOB, text.getBytes(UTF_8));
      inserter.flush();
      return id;
    }
  }

  /** Commits a change, unless it changes nothing. */
  void change(String message, Change change) throws IOException {
    boolean unused =
        advance(
            tip -> {
              StoredTree tree = tree(tip);
              StoredTree before = tree.copy();
              change.apply(tree);
              return tip != null && tree.equals(before)
                  ? tip
                  : commit(message, tree, tip == null ? List.of() : List.of(tip));
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
    StoreBase base = new StoreBase(repository);
    List<ObjectId> bases = base.commits(ours, theirs);
    if (bases.contains(theirs)) {
      return ours;
    }
    if (bases.contains(ours)) {
      return theirs;
    }
    StoreMerge merge =
        StoreMerge.of(
            base.tree(bases), StoredTree.of(repository, ours), StoredTree.of(repository, theirs));
    return commit("merge", settled(merge, decision), List.of(ours, theirs));
  }

  private StoredTree settled(StoreMerge merge, StoreConflict.@Nullable Decision decision)
      throws IOException {
    StoredTree tree = merge.merged();
    for (String key : merge.conflicts()) {
      if (decision == null || !merge.isOfTexts(key)) {
        throw new StoreConflictException(merge.conflicts()); // a link, a module: not ours to decide
      }
      StoreConflict conflict =
          new StoreConflict(
              key, text(merge.base(key)), text(merge.ours(key)), text(merge.theirs(key)));
      Optional<String> text = decision.decide(conflict);
      if (text.isPresent()) {
        tree.put(key, insert(text.orElseThrow()));
      }
    }
    return tree;
  }

  private Optional<String> text(Optional<StoredTree.Entry> entry) throws IOException {
    return entry.isPresent() ? Optional.of(text(entry.orElseThrow())) : Optional.empty();
  }

  private ObjectId commit(String message, StoredTree tree, List<? extends AnyObjectId> parents)
      throws IOException {
    tree.check();
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
        ObjectId next = step.after(tip);
        if (next.equals(tip)) {
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
