package io.clada.embedded;

import io.clada.schemas.registry.CompatibilityLevel;
import io.clada.schemas.registry.InMemorySchemaRegistry;
import io.clada.schemas.registry.RegisteredSchema;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A registry and, where it is kept, the journal of everything that changed it. A change is
 * acknowledged once it is on disk. Reads go to {@link #registry}, writes come here.
 */
final class RegistryStore implements AutoCloseable {
  private final InMemorySchemaRegistry registry;
  private final @Nullable RegistryJournal journal;

  private RegistryStore(InMemorySchemaRegistry registry, @Nullable RegistryJournal journal) {
    this.registry = registry;
    this.journal = journal;
  }

  /** Nothing outlives the process. */
  static RegistryStore of(InMemorySchemaRegistry registry) {
    return new RegistryStore(registry, null);
  }

  /**
   * The file's registry, or a new one; the bundled schemas that it lacks are added behind what it
   * has, so that no id ever changes.
   */
  static RegistryStore kept(Path file) {
    InMemorySchemaRegistry registry = InMemorySchemaRegistry.empty();
    RegistryJournal journal = RegistryJournal.open(file);
    try {
      CompatibilityLevel level = registry.globalCompatibility();
      // What was once accepted stays, whatever the level is now.
      registry.setGlobalCompatibility(CompatibilityLevel.NONE);
      RegistryJournal.Levels levels = journal.replay(registry);
      RegistryStore store = new RegistryStore(registry, journal);
      for (RegisteredSchema bundled : bundled()) {
        store.register(bundled.subject(), bundled.schema());
      }
      registry.setGlobalCompatibility(levels.global() == null ? level : levels.global());
      levels.bySubject().forEach(registry::setCompatibility);
      return store;
    } catch (RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  private static List<RegisteredSchema> bundled() {
    InMemorySchemaRegistry bundled = InMemorySchemaRegistry.withBundledSchemas();
    return bundled.subjects().stream()
        .map(bundled::latest)
        .sorted(Comparator.comparingInt(RegisteredSchema::id))
        .toList();
  }

  InMemorySchemaRegistry registry() {
    return registry;
  }

  synchronized int register(String subject, Schema schema) {
    if (journal == null) {
      return registry.register(subject, schema);
    }
    journal.requireWritable();
    int before = versions(subject);
    int id = registry.register(subject, schema);
    if (versions(subject) > before) {
      journal.registered(subject, id, schema);
    }
    return id;
  }

  private int versions(String subject) {
    return registry.subjects().contains(subject) ? registry.versions(subject).size() : 0;
  }

  synchronized void setCompatibility(String subject, CompatibilityLevel level) {
    if (journal != null) {
      journal.levelSet(subject, level);
    }
    registry.setCompatibility(subject, level);
  }

  synchronized void setGlobalCompatibility(CompatibilityLevel level) {
    if (journal != null) {
      journal.levelSet(null, level);
    }
    registry.setGlobalCompatibility(level);
  }

  @Override
  public synchronized void close() {
    if (journal != null) {
      journal.close();
    }
  }
}
