package dev.mimic.store;

import dev.mimic.store.TreeObjects.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;

/**
 * An immutable tree with methods that return a changed copy. Entries that are not changed keep
 * their bytes. A name that occurs twice in a folder is not a text: Git forbids it, but others may
 * have committed it. Not thread-safe, since {@link TreeObjects} is not.
 */
record StoredTree(TreeObjects objects, ObjectId id) {
  /** The maximum depth of a path, which prevents a stack overflow. */
  static final int MAX_DEPTH = 512;

  static StoredTree empty(TreeObjects objects) {
    return of(objects, List.of());
  }

  private static StoredTree of(TreeObjects objects, List<Entry> entries) {
    return new StoredTree(objects, objects.make(entries));
  }

  private StoredTree subtree(Entry folder) {
    return new StoredTree(objects, folder.id());
  }

  List<Entry> entries() throws IOException {
    return objects.read(id);
  }

  private List<Entry> named(String name) throws IOException {
    return entries().stream().filter(entry -> entry.name().equals(name)).toList();
  }

  Optional<Entry> text(StoreKey key) throws IOException {
    List<Entry> found = at(key);
    return found.size() == 1 && found.getFirst().isText()
        ? Optional.of(found.getFirst())
        : Optional.empty();
  }

  /** Returns the entries of this path that are not folders. There can be duplicates. */
  List<Entry> files(StoreKey key) throws IOException {
    return at(key).stream().filter(entry -> !entry.isFolder()).toList();
  }

  private List<Entry> at(StoreKey key) throws IOException {
    List<Entry> found = List.of();
    StoredTree folder = this;
    for (int i = 0; i < key.names().size(); i++) {
      if (i > 0) {
        if (i >= MAX_DEPTH || found.size() != 1 || !found.getFirst().isFolder()) {
          return List.of();
        }
        folder = subtree(found.getFirst());
      }
      found = folder.named(key.names().get(i));
    }
    return found;
  }

  /** Returns whether a name on this path belongs to a folder and to another entry. */
  boolean isFileAndFolder(StoreKey key) throws IOException {
    StoredTree folder = this;
    for (String name : key.names()) {
      List<Entry> found = folder.named(name);
      if (found.size() > 1) {
        return true;
      }
      if (found.isEmpty() || !found.getFirst().isFolder()) {
        return false;
      }
      folder = subtree(found.getFirst());
    }
    return false;
  }

  /** Returns the paths of all texts, in Git's order. */
  List<StoreKey> texts() throws IOException {
    List<StoreKey> found = new ArrayList<>();
    addTexts(StoreKey.ROOT, found);
    return found;
  }

  private void addTexts(StoreKey at, List<StoreKey> found) throws IOException {
    List<Entry> entries = entries();
    Map<String, Long> counts =
        entries.stream().collect(Collectors.groupingBy(Entry::name, Collectors.counting()));
    for (Entry entry : entries) {
      if (counts.getOrDefault(entry.name(), 0L) > 1) {
        continue;
      }
      StoreKey key = at.child(entry.name());
      if (entry.isText()) {
        found.add(key);
      } else if (entry.isFolder() && key.names().size() < MAX_DEPTH) {
        subtree(entry).addTexts(key, found);
      }
    }
  }

  /** Adds the paths of all entries that are not folders. */
  void addFiles(StoreKey at, List<StoreKey> found) throws IOException {
    for (Entry entry : entries()) {
      StoreKey key = at.child(entry.name());
      if (!entry.isFolder()) {
        found.add(key);
      } else if (key.names().size() < MAX_DEPTH) {
        subtree(entry).addFiles(key, found);
      }
    }
  }

  /** Sets a text. An existing file keeps its mode. */
  StoredTree put(StoreKey key, ObjectId text) throws IOException {
    StoredTree folder = this;
    StoreKey at = StoreKey.ROOT;
    for (String name : key.names()) {
      at = at.child(name);
      List<Entry> found = folder.named(name);
      if (found.isEmpty()) {
        break;
      }
      Entry first = found.getFirst();
      boolean isLast = at.equals(key);
      if (found.size() > 1 || !(isLast ? first.isText() : first.isFolder())) {
        throw refusal(key, at, found);
      }
      if (isLast) {
        return with(key.names(), first.mode(), text);
      }
      folder = subtree(first);
    }
    return with(key.names(), Entry.FILE, text);
  }

  private StoreException refusal(StoreKey key, StoreKey at, List<Entry> found) throws IOException {
    String why = at + " is a link, a submodule or a duplicate name";
    if (found.size() == 1 && found.getFirst().isText()) {
      why = at + " has a text";
    } else if (found.size() == 1 && found.getFirst().isFolder()) {
      List<StoreKey> files = new ArrayList<>();
      subtree(found.getFirst()).addFiles(at, files);
      why = "it is " + (files.isEmpty() ? "an empty folder" : "the folder of " + files.getFirst());
    }
    return new StoreException(
        "%s cannot have a text, because %s: use another key".formatted(key, why));
  }

  /** Removes a text, if there is one, and the parents that become empty. */
  StoredTree remove(StoreKey key) throws IOException {
    if (text(key).isPresent()) {
      return without(key.names());
    }
    if (!files(key).isEmpty()) {
      throw new StoreException(
          "%s is a link, a submodule or a duplicate name: remove it with git".formatted(key));
    }
    return this;
  }

  private StoredTree without(List<String> names) throws IOException {
    List<Entry> entries = entries();
    Entry entry = named(names.getFirst()).getFirst();
    int index = entries.indexOf(entry);
    StoredTree rest =
        names.size() == 1 ? empty(objects) : subtree(entry).without(names.subList(1, names.size()));
    if (rest.entries().isEmpty()) {
      entries.remove(index);
    } else {
      entries.set(index, new Entry(entry.mode(), entry.name(), rest.id()));
    }
    return of(objects, entries);
  }

  /** Sets an entry that is not a folder. A folder of the same name stays. */
  StoredTree with(List<String> names, String mode, ObjectId id) throws IOException {
    List<Entry> entries = entries();
    String name = names.getFirst();
    boolean isLast = names.size() == 1;
    OptionalInt index =
        IntStream.range(0, entries.size())
            .filter(i -> entries.get(i).name().equals(name) && entries.get(i).isFolder() != isLast)
            .findFirst();
    Optional<Entry> old = index.stream().mapToObj(entries::get).findFirst();
    Entry entry;
    if (isLast) {
      entry = new Entry(mode, name, id);
    } else {
      StoredTree folder = old.map(this::subtree).orElseGet(() -> empty(objects));
      StoredTree changed = folder.with(names.subList(1, names.size()), mode, id);
      entry = new Entry(old.map(Entry::mode).orElse(Entry.FOLDER), name, changed.id());
    }
    if (index.isPresent()) {
      entries.set(index.getAsInt(), entry);
    } else {
      insert(entries, entry);
    }
    return of(objects, entries);
  }

  /** Inserts an entry at its place in Git's order. The other entries keep their order. */
  static void insert(List<Entry> entries, Entry entry) {
    int at = 0;
    while (at < entries.size() && Entry.ORDER.compare(entries.get(at), entry) <= 0) {
      at++;
    }
    entries.add(at, entry);
  }

  ObjectId write(ObjectInserter inserter) throws IOException {
    objects.write(id, inserter);
    return id;
  }
}
