package io.clada.schemas.serde;

import io.clada.schemas.Mode;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Tells Avro that this project's records are safe to instantiate. Since 1.12 Avro refuses every
 * class that is not on its list, even where a generated builder fills in a default, and wants a
 * system property on each command line. The generated records call this when they are first used.
 */
public final class TrustedRecords {
  private static final String PACKAGE = Mode.class.getPackageName();

  private TrustedRecords() {}

  /**
   * Adds the records' package to Avro's list, which is one for the whole process, and takes nothing
   * away from it. Calling it again changes nothing.
   */
  public static synchronized void trust() {
    ClassSecurityPredicate others = ClassSecurityValidator.getGlobal();
    if (!others.isTrusted(Mode.class)) {
      ClassSecurityValidator.setGlobal(
          ClassSecurityValidator.composite(others, type -> PACKAGE.equals(type.getPackageName())));
    }
  }
}
