package io.clada.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/** Which module may use which, as the design has it. */
final class ArchitectureTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.clada");

  @Test
  void theEngineKnowsNothingOfKafka() {
    noClasses()
        .that()
        .resideInAPackage("io.clada.engine..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "kafka..", "org.apache.avro..")
        .check(MAIN);
  }

  @Test
  void eachModuleUsesOnlyTheModulesBelowIt() {
    onlyUses("io.clada.schemas..", "io.clada.schemas..");
    onlyUses("io.clada.engine..", "io.clada.engine..");
    onlyUses("io.clada.service..", "io.clada.service..");
    onlyUses(
        "io.clada.topology..", "io.clada.topology..", "io.clada.schemas..", "io.clada.service..");
    onlyUses(
        "io.clada.embedded..", "io.clada.embedded..", "io.clada.schemas..", "io.clada.service..");
    onlyUses("io.clada.client..", "io.clada.client..", "io.clada.schemas..");
    onlyUses(
        "io.clada.gateway..",
        "io.clada.gateway..",
        "io.clada.client..",
        "io.clada.schemas..",
        "io.clada.service..");
    onlyUses(
        "io.clada.console..",
        "io.clada.console..",
        "io.clada.client..",
        "io.clada.schemas..",
        "io.clada.service..");
    onlyUses(
        "io.clada.worker..",
        "io.clada.worker..",
        "io.clada.schemas..",
        "io.clada.engine..",
        "io.clada.service..");
  }

  @Test
  void othersUseTheEngineThroughItsInterfaceOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.clada.engine..")
        .and()
        .doNotHaveSimpleName("ExportDecoderCommand") // whose one task is to hand the decoder out
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.clada.engine..")
                .and(
                    DescribedPredicate.not(
                        resideInAnyPackage(
                            "io.clada.engine",
                            "io.clada.engine.eval",
                            "io.clada.engine.calibrate"))))
        .check(MAIN);
  }

  @Test
  void onlyTheEmbeddedBrokerUsesKafkasServer() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.clada.embedded..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("kafka..", "org.apache.kafka.server..", "org.apache.kafka.metadata..")
        .check(MAIN);
  }

  @Test
  void confluentsClientIsNeverImported() {
    noClasses()
        .that()
        .resideInAPackage("io.clada..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.confluent..")
        .check(MAIN);
  }

  @Test
  void modulesFormNoCycle() {
    SlicesRuleDefinition.slices().matching("io.clada.(*)..").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  void everyModuleIsLookedAt() {
    for (String module :
        new String[] {
          "schemas",
          "service",
          "topology",
          "engine",
          "embedded",
          "worker",
          "client",
          "gateway",
          "console",
          "cli"
        }) {
      classes()
          .that()
          .resideInAPackage("io.clada." + module + "..")
          .should(
              com.tngtech.archunit.lang.conditions.ArchConditions.resideInAPackage("io.clada.."))
          .allowEmptyShould(false)
          .check(MAIN);
    }
  }

  private static void onlyUses(String module, String... allowed) {
    DescribedPredicate<JavaClass> foreign =
        resideInAPackage("io.clada..").and(DescribedPredicate.not(resideInAnyPackage(allowed)));
    noClasses().that().resideInAPackage(module).should().dependOnClassesThat(foreign).check(MAIN);
  }
}
